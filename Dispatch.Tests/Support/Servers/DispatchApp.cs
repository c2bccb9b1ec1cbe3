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

/// <summary>Runs the real Api in this process, with the test's clock. Hangfire's jobs run on demand.</summary>
internal sealed class DispatchApp : IAsyncDisposable
{
    /// <summary>The name of a request header that sets the network from which a request seems to come.</summary>
    public const string NetworkHeader = "Test-Network";

    private const int Rounds = 1000;

    // Hangfire keeps the logger of the last configured host in a static field. If that host has ended, every later log call fails.
    private static readonly ILoggerFactory Logs = LoggerFactory.Create(logs => logs.AddConsole().SetMinimumLevel(LogLevel.Error));

    private readonly Factory? factory;
    private readonly SharedSite.TestServices? shared;
    private readonly HeldPort? port;

    /// <param name="clock">The clock of this process.</param>
    /// <param name="settings">The settings. If a key has two values, the later one counts.</param>
    /// <param name="own">Whether the app has its own host instead of a part of the <see cref="SharedSite"/>.</param>
    /// <param name="port">The port of an app with its own host, or null if the app is called within this process.</param>
    /// <param name="databases">The database's clock, which all its workers share, or null for this process's clock.</param>
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
                factory.UseKestrel(); // no port here: UseKestrel would set it in parallel to the app's own start, perhaps too late
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

    /// <summary>The site's address. A browser can use it if the app is served on a port.</summary>
    public Uri Url { get; }

    public IServiceProvider Services => shared?.Provider ?? factory!.Services;

    public RunningJobs Jobs => Services.GetRequiredService<RunningJobs>();

    /// <summary>A client that follows no redirects and keeps no cookies, so a test sees the app's own response.</summary>
    public HttpClient Http { get; }

    /// <summary>Returns a client, on request with its own cookie jar like a browser.</summary>
    public HttpClient NewClient(bool cookies = false) => shared?.NewClient(Url, cookies)
        ?? factory!.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = Url,
            AllowAutoRedirect = false,
            HandleCookies = cookies
        });

    /// <summary>Opens the database.</summary>
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

    /// <summary>Runs one sweep, as the recurring job does every few seconds: finds what is due and queues it.</summary>
    public Task<int> Sweep(CancellationToken stopping = default) => In<Sweep, int>(sweep => sweep.LookAsync(stopping));

    /// <summary>
    /// Fans out an issue that is due: it is rendered, its audience is frozen and its chunks are queued, but nobody is mailed yet.
    /// </summary>
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
        // With the usual number of iterations, each sign-in would take a tenth of a second.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
        // The test's clock stands still, so no job may wait for more.
        services.Replace(ServiceDescriptor.Singleton(new ReaderMailPatience(TimeSpan.Zero)));
        services.AddSingleton<RunningJobs>();
        services.Replace(ServiceDescriptor.Singleton<IBackgroundJobClient>(provider => provider.GetRequiredService<RunningJobs>()));
        services.Replace(ServiceDescriptor.Singleton<JobStorage>(_ => NewStorage()));
    }

    // Hangfire's logger is one for the process. Just now it may be that of another test's app, which has ended.
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
            builder.UseEnvironment("Development"); // this environment also checks that every service can be created
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

    // Sets the caller's network. The test server has none, so requests seem to come from this machine unless a test sets the header.
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
