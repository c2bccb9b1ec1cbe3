using System.Net;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
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

/// <summary>The real Api in this process, with the test's clock and with Hangfire's jobs run on demand.</summary>
internal sealed class DispatchApp : IAsyncDisposable
{
    /// <summary>A request header that says which network a request seems to come from.</summary>
    public const string NetworkHeader = "Test-Network";

    private const int Rounds = 1000;

    // Hangfire logs through the last host that was configured, in a static: one whose log has ended fails whoever logs next.
    private static readonly ILoggerFactory Logs = LoggerFactory.Create(logs => logs.AddConsole().SetMinimumLevel(LogLevel.Error));

    private readonly Factory? factory;
    private readonly SharedSite.TestServices? shared;
    private readonly HeldPort? port;

    /// <param name="clock">This process's clock.</param>
    /// <param name="settings">What it is started with; later ones win.</param>
    /// <param name="own">True: a host of its own instead of a part in the <see cref="SharedSite"/>.</param>
    /// <param name="port">Where it listens, with a host of its own; null: it is called within this process.</param>
    /// <param name="databases">The clock of the database, which all its workers have in common; null: this process's.</param>
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
                factory.UseKestrel(); // given the port, it would set it beside the app's own start, and may come too late
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

    /// <summary>Where the site is, for a browser too when the app is served on a port.</summary>
    public Uri Url { get; }

    public IServiceProvider Services => shared?.Provider ?? factory!.Services;

    public RunningJobs Jobs => Services.GetRequiredService<RunningJobs>();

    /// <summary>Follows no redirect and keeps no cookie: a test sees what the app answered.</summary>
    public HttpClient Http { get; }

    /// <summary>A client with a cookie jar of its own, as a browser has one.</summary>
    public HttpClient NewClient(bool cookies = false) => shared?.NewClient(Url, cookies)
        ?? factory!.CreateClient(new WebApplicationFactoryClientOptions
        {
            BaseAddress = Url,
            AllowAutoRedirect = false,
            HandleCookies = cookies
        });

    /// <summary>A look into the database.</summary>
    public DispatchDb OpenDb() => Services.GetRequiredService<IDbContextFactory<DispatchDb>>().CreateDbContext();

    /// <summary>Something done with services of one scope.</summary>
    public async Task<T> In<TService, T>(Func<TService, Task<T>> act) where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await act(ActivatorUtilities.GetServiceOrCreateInstance<TService>(scope.ServiceProvider));
    }

    /// <summary>Sweeps and runs jobs until nothing is left that is due at this instant.</summary>
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

    /// <summary>Looks for what is due, and queues it: what the recurring job does every few seconds.</summary>
    public Task<int> Sweep(CancellationToken stopping = default) => In<Sweep, int>(sweep => sweep.LookAsync(stopping));

    /// <summary>Begins an issue whose time has come: rendered, audience frozen, chunks queued, nobody mailed yet.</summary>
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

    /// <summary>Moves the clock on and runs what is due then.</summary>
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
        // Else a tenth of a second for each who signs in.
        services.Configure<PasswordHasherOptions>(hasher => hasher.IterationCount = 1_000);
        services.AddSingleton<RunningJobs>();
        services.Replace(ServiceDescriptor.Singleton<IBackgroundJobClient>(provider => provider.GetRequiredService<RunningJobs>()));
        services.Replace(ServiceDescriptor.Singleton<JobStorage>(_ => new InMemoryStorage()));
    }

    private sealed class Factory(FakeTimeProvider clock, FakeTimeProvider databases, IReadOnlyList<(string Key, string Value)> settings)
        : WebApplicationFactory<Program>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseEnvironment("Development"); // it also checks that every service can be made
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

    // The test server has no network: requests seem to come from this machine unless a test says otherwise.
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
