using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Support;

/// <summary>
/// The base of end-to-end tests: the real Api with a new database, a scripted relay and a clock that only the test moves. The app starts on
/// the first use of <see cref="App"/>.
/// </summary>
public abstract class DispatchTest(Provider provider)
{
    /// <summary>A Tuesday. The newsletter's next slot is on Wednesday, 2 December, at 08:00 UTC.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    private TestDatabase? database;
    private DispatchApp? app;

    internal Provider Provider => provider;

    internal FakeTimeProvider Clock { get; } = new(Start);

    internal ScriptedSmtpServer Smtp { get; private set; } = null!;

    internal TemporaryFolder Folder { get; private set; } = null!;

    internal DispatchApp App => app ??= NewApp();

    internal Given Given => new(App);

    internal Reader Reader => new(App, Smtp);

    /// <summary>Settings that override the usual ones. If a key occurs twice, the last value counts.</summary>
    protected virtual IEnumerable<(string Key, string Value)> Configure() => [];

    /// <summary>Whether the app listens on a port, as Chromium needs.</summary>
    protected virtual bool Served => false;

    /// <summary>Whether the app has its own host instead of the <see cref="SharedSite"/>.</summary>
    protected virtual bool OwnHost => false;

    [SetUp]
    public void LayOut()
    {
        if (provider is Provider.Postgres)
            Requires.Postgres();
        Folder = new TemporaryFolder();
        Smtp = new ScriptedSmtpServer();
        database = TestDatabase.Create(provider, Folder.Path);
    }

    [TearDown]
    public async Task ClearAway()
    {
        try
        {
            if (app is not null)
                await LedgerTotals.CheckAsync(app);
        }
        finally
        {
            await ClearAllAwayAsync();
        }
    }

    private async Task ClearAllAwayAsync()
    {
        if (app is not null)
            await app.DisposeAsync();
        if (Smtp is not null)
            await Smtp.DisposeAsync();
        database?.Dispose();
        Folder?.Dispose();
    }

    /// <summary>Stops the app and starts it again with the same database, data folder and clock.</summary>
    internal async Task RestartAsync()
    {
        await App.DisposeAsync();
        app = NewApp();
    }

    /// <summary>Stops the app. The next use of <see cref="App"/> starts a new one.</summary>
    internal async Task StopAsync()
    {
        await App.DisposeAsync();
        app = null;
    }

    /// <summary>Starts another app with its own job queue on the same database and data folder.</summary>
    /// <param name="clock">The other app's clock, or null for the test's clock. The database always uses the test's clock.</param>
    internal DispatchApp NewApp(FakeTimeProvider? clock = null)
    {
        var port = Served ? new HeldPort() : null;
        return new(clock ?? Clock, Settings(port?.Number), OwnHost
            || Configure().Any(setting => SharedSite.Fixes(setting.Key)), port, Clock);
    }

    /// <summary>The settings for a separate process on the test's database.</summary>
    internal IEnumerable<(string Key, string Value)> ProcessSettings() =>
        Settings(port: null).Where(setting => setting.Key is not "Worker:Embedded").Append(("urls", "http://127.0.0.1:0"))
            .Append(("Logging:LogLevel:Default", "Information"));

    private IReadOnlyList<(string Key, string Value)> Settings(int? port) =>
    [
        ("DataDirectory", Folder.Path),
        (DatabaseChoice.Key, database!.ConnectionString),
        ("Site:PublicUrl", port is null ? "http://localhost" : $"http://localhost:{port}"),
        ("Worker:Embedded", "false"),
        ("Mail:Relays:0:Url", Smtp.Url),
        ("Mail:Relays:0:Connections", "4"),
        ("Mail:BounceAddress", "bounces@sender.test"),
        ("Newsletters:0:From", "China In Eurasia <news@sender.test>"),
        ("Subscriptions:PerNetworkPerHour", "1000000"),
        ("Subscriptions:PerHour", "0"),
        ("Subscriptions:ProofOfWorkAbove", "0"),
        ("Subscriptions:MinimumTime", "00:00:00"), // no time passes between showing and sending a form
        ("Subscriptions:AnswerAfter", "00:00:00"),
        ("Subscriptions:LookUpMx", "false"), // no DNS queries
        ("Providers:LookUpMx", "false"),
        .. Configure(),
    ];
}
