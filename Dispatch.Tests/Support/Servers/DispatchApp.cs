using System.Net;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Issues;
using Hangfire;
using Hangfire.InMemory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Support.Servers;

/// <summary>The real Api in this process, with the test's clock. Jobs run only on demand.</summary>
internal sealed class DispatchApp : IAsyncDisposable
{
    /// <summary>A request header with the address from which the request seems to come.</summary>
    public const string NetworkHeader = "Test-Network";

    private const int Rounds = 1000;

    // Never disposed, because Hangfire keeps a logger in a static field and uses it after the app has ended.
    private static readonly ILoggerFactory Logs = LoggerFactory.Create(logs => logs.AddConsole().SetMinimumLevel(LogLevel.Error));

    private readonly Factory? factory;
    private readonly SharedSite.TestServices? shared;
    private readonly HeldPort? port;

    /// <param name="clock">The clock of this app.</param>
    /// <param name="settings">The settings. If a key occurs twice, the last value counts.</param>
    /// <param name="own">Whether the app has its own host instead of the <see cref="SharedSite"/>.</param>
    /// <param name="port">The port to listen on, or null to listen on none.</param>
    /// <param name="databases">The database's clock, or null for the app's clock.</param>
    public DispatchApp(
        FakeTimeProvider clock, IReadOnlyList<(string Key, string Value)> settings, bool own = false, HeldPort? port =
        null, FakeTimeProvider? databases = null)
    {
        Clock = clock;
        this.port = port;
        Url = new Uri(port is null ? "http://localhost" : $"http://localhost:{port.Number}");
        if (own || port is not null)
        {
            factory = new Factory(clock, databases ?? clock, port is null ? settings
                : [.. settings, ("urls", $"http://127.0.0.1:{port.Number}")]);
            if (port is not null)
                factory.UseKestrel(); // the settings have the port, because UseKestrel(port) would set it too late
            factory.StartServer();
        }
        else
        {
            shared = SharedSite.Instance.Add(settings, services => Register(services, clock, databases ?? clock));
            try
            {
                shared.PrepareAsync().GetAwaiter().GetResult();
            }
            catch
            {
                shared.DisposeAsync().AsTask().GetAwaiter().GetResult();
                throw;
            }
        }
        Http = NewClient();
    }

    public FakeTimeProvider Clock { get; }

    /// <summary>The site's address, which a browser can open only if the app listens on a port.</summary>
    public Uri Url { get; }

    public IServiceProvider Services => shared?.Provider ?? factory!.Services;

    public RunningJobs Jobs => Services.GetRequiredService<RunningJobs>();

    /// <summary>A client that follows no redirects and keeps no cookies.</summary>
    public HttpClient Http { get; }

    /// <summary>Returns a client that follows no redirects.</summary>
    public HttpClient NewClient(bool cookies = false) => shared?.NewClient(Url, cookies)
        ?? factory!.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = Url,
            AllowAutoRedirect = false,
            HandleCookies = cookies
        });

    public DispatchDb OpenDb() => Services.GetRequiredService<IDbContextFactory<DispatchDb>>().CreateDbContext();

    /// <summary>Runs an action with a service from a new scope.</summary>
    public async Task<T> In<TService, T>(Func<TService, Task<T>> act) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(ActivatorUtilities.GetServiceOrCreateInstance<TService>(scope.ServiceProvider));
    }

    /// <summary>Runs sweeps and jobs until nothing more is due at this instant.</summary>
    public async Task RunUntilIdle(CancellationToken stopping = default)
    {
        for (var round = 0; round < Rounds; round++)
        {
            var ran = await Jobs.RunAsync(stopping);
            if (ran + await Sweep(stopping) == 0)
                return;
        }
        Assert.Fail($"expected the work to end, got {Rounds} rounds of it: something is queued over and over");
    }

    /// <summary>Queues everything that is due.</summary>
    public Task<int> Sweep(CancellationToken stopping = default) => In<Sweep, int>(sweep => sweep.LookAsync(stopping));

    /// <summary>Renders an issue that is due and queues its deliveries, but mails nobody yet.</summary>
    public Task FanOut(int issueId) => In<FanOutJob, int>(async job =>
    {
        await job.RunAsync(issueId, CancellationToken.None);
        return 0;
    });

    public Task<IssueProgress> Progress(int issueId) =>
        In<DeliveryLedger, IssueProgress>(ledger => ledger.ProgressAsync(issueId, CancellationToken.None));

    public async Task<Issue> Issue(int issueId)
    {
        await using var db = OpenDb();
        return await db.Issues.AsNoTracking().SingleAsync(issue => issue.Id == issueId);
    }

    /// <summary>Advances the clock and runs what is due then.</summary>
    public async Task RunAfter(TimeSpan time)
    {
        Clock.Advance(time);
        await RunUntilIdle();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (shared is not null)
            await shared.DisposeAsync();
        if (factory is not null)
            await factory.DisposeAsync();
        port?.Dispose();
    }

    private static void Register(IServiceCollection services, FakeTimeProvider clock, FakeTimeProvider databases)
    {
        services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock));
        services.Replace(ServiceDescriptor.Singleton<DatabaseClock>(provider =>
            new TestDatabaseClock(provider.GetRequiredService<DatabaseChoice>(), clock, databases)));
        services.Replace(ServiceDescriptor.Singleton(Logs));
        // Makes a sign-in fast. The usual number of iterations takes a tenth of a second.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
        // A job that waits would never end, because the test's clock stands still.
        services.Replace(ServiceDescriptor.Singleton(new ReaderMailPatience(TimeSpan.Zero)));
        services.AddSingleton<RunningJobs>();
        services.Replace(ServiceDescriptor.Singleton<IBackgroundJobClient>(provider => provider.GetRequiredService<RunningJobs>()));
        services.Replace(ServiceDescriptor.Singleton<JobStorage>(_ => NewStorage()));
    }

    // Tries again if Hangfire's static logger belongs to another test's app that has ended.
    private static InMemoryStorage NewStorage()
    {
        while (true)
            try
            {
                return new InMemoryStorage();
            }
            catch (ObjectDisposedException)
            {
                Hangfire.Logging.LogProvider.SetCurrentLogProvider(null);
            }
    }

    private sealed class Factory(FakeTimeProvider clock, FakeTimeProvider databases, IReadOnlyList<(string Key, string Value)> settings)
        : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development"); // this environment checks that every service can be created
            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
            builder.UseSetting("Logging:LogLevel:Default", "Error");
            builder.ConfigureServices(services =>
            {
                Register(services, clock, databases);
                services.AddSingleton<IStartupFilter, FromANetwork>();
            });
        }
    }

    private sealed class TestDatabaseClock(DatabaseChoice choice, FakeTimeProvider own, FakeTimeProvider databases)
        : DatabaseClock(choice, own)
    {
        public override Task<DateTimeOffset> NowAsync(DispatchDb db, CancellationToken cancel = default) =>
            Task.FromResult(databases.GetUtcNow());
    }

    // Sets the caller's address from the header. Without the header, the address is loopback.
    internal sealed class FromANetwork : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Connection.RemoteIpAddress = context.Request.Headers[NetworkHeader] is [{ } address]
                    ? IPAddress.Parse(address) : context.Connection.RemoteIpAddress ?? IPAddress.Loopback;
                return rest(context);
            });
            next(app);
        };
    }
}
