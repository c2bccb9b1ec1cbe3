using System.Collections.Concurrent;
using Dispatch.Api.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// One real Api for the whole test run, because creating its routes and pages is most of a start. Each test has its own services, which a
/// request header selects.
/// </summary>
/// <remarks>
/// A test of what is shared, of health checks or of the job dashboard needs its own host (<see cref="DispatchTest.OwnHost"/>).
/// </remarks>
internal sealed class SharedSite : IDisposable
{
    private const string Header = "Test-App";

    private static readonly Lazy<SharedSite> Started = new(() => new SharedSite());

    private static readonly string[] Shared =
    [
        "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Routing", "Microsoft.AspNetCore.Razor", "Microsoft.AspNetCore.Antiforgery",
        "Microsoft.AspNetCore.DataProtection",
    ];

    private readonly TemporaryFolder folder = new();
    private readonly ConcurrentDictionary<string, IServiceProvider> apps = [];
    private readonly Factory factory;
    private readonly ServiceDescriptor[] registered;
    private int count;

    private SharedSite()
    {
        factory = new Factory(apps, folder.Path);
        factory.StartServer();
        var root = factory.Services;
        registered = [.. factory.Registered!.GroupBy(service => (service.ServiceType, service.ServiceKey))
            .SelectMany(group => SharedOrAsRegistered(root, [.. group]))];
    }

    /// <summary>Whether a setting applies to the whole site, so a test that changes it needs its own host.</summary>
    public static bool Fixes(string key) => key is "environment" or "AllowedHosts" || key.StartsWith("Site:", StringComparison.Ordinal);

    public static SharedSite Instance => Started.Value;

    public static void End()
    {
        if (Started.IsValueCreated)
            Started.Value.Dispose();
    }

    /// <summary>Creates the services of one app.</summary>
    /// <param name="settings">Settings that override appsettings.json. If a key occurs twice, the last value counts.</param>
    /// <param name="register">Replaces services for the test.</param>
    public TestServices Add(IEnumerable<(string Key, string Value)> settings, Action<IServiceCollection> register)
    {
        var configuration = new ConfigurationBuilder().AddConfiguration(factory.Services.GetRequiredService<IConfiguration>());
        foreach (var (key, value) in settings)
            configuration.AddInMemoryCollection([new(key, value)]);
        ServiceCollection services = [];
        foreach (var service in registered)
            services.Add(service);
        services.Replace(ServiceDescriptor.Singleton<IConfiguration>(configuration.Build()));
        register(services);
        var provider = services.BuildServiceProvider();
        var name = $"{Interlocked.Increment(ref count)}";
        apps[name] = provider;
        return new(this, name, provider);
    }

    public void Dispose()
    {
        factory.Dispose();
        folder.Dispose();
    }

    private static IEnumerable<ServiceDescriptor> SharedOrAsRegistered(IServiceProvider root, ServiceDescriptor[] group)
    {
        var type = group[0].ServiceType;
        if (group[0].IsKeyedService || type.IsGenericType || group.Any(one => one.Lifetime is not ServiceLifetime.Singleton)
            || !Shared.Any(name => type.Namespace?.StartsWith(name, StringComparison.Ordinal) is true))
            return group;
        return root.GetServices(type).Select(instance => new ServiceDescriptor(type, instance!));
    }

    /// <summary>The services of one app.</summary>
    internal sealed class TestServices(SharedSite site, string name, ServiceProvider provider) : IAsyncDisposable
    {
        public IServiceProvider Provider => provider;

        public HttpClient NewClient(Uri address, bool cookies)
        {
            DelegatingHandler[] handlers = cookies ? [new CookieContainerHandler(), new NameHandler(name)] : [new NameHandler(name)];
            return site.factory.CreateDefaultClient(address, handlers);
        }

        /// <summary>Prepares the services, as a normal start does before serving.</summary>
        public Task PrepareAsync() => ApiHost.PrepareAsync(provider);

        public async ValueTask DisposeAsync()
        {
            if (!site.apps.TryRemove(name, out _))
                return;
            provider.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await provider.DisposeAsync();
        }
    }

    private sealed class NameHandler(string name) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add(Header, name);
            return base.SendAsync(request, cancellationToken);
        }
    }

    private sealed class Factory(ConcurrentDictionary<string, IServiceProvider> apps, string folder) : WebApplicationFactory<Program>
    {
        public IServiceCollection? Registered { get; private set; }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development"); // this environment checks that every service can be created
            builder.UseSetting("DataDirectory", folder);
            builder.UseSetting("Site:PublicUrl", "http://localhost");
            builder.UseSetting("Worker:Embedded", "false");
            builder.UseSetting("Logging:LogLevel:Default", "Error");
            builder.ConfigureServices(services =>
            {
                Registered = services;
                services.AddSingleton<IStartupFilter>(new WithServicesOfTheApp(apps));
                services.AddSingleton<IStartupFilter, DispatchApp.FromANetwork>();
            });
        }
    }

    private sealed class WithServicesOfTheApp(ConcurrentDictionary<string, IServiceProvider> apps) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await using var scope = apps[context.Request.Headers[Header].Single()!].CreateAsyncScope();
                context.RequestServices = scope.ServiceProvider;
                await rest(context);
            });
            next(app);
        };
    }
}
