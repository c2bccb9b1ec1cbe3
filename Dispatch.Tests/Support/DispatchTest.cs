using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Support;

/// <summary>
/// A test of the whole: the real Api with a fresh database, a scripted relay, a clock that stands still until the test moves it,
/// and Hangfire's jobs run by <see cref="DispatchApp.RunUntilIdle"/>. What the app is started with can be added to in
/// <see cref="Configure"/>; it starts when the test first asks for <see cref="App"/>.
/// </summary>
public abstract class DispatchTest(Provider provider)
{
    /// <summary>
    /// A Tuesday morning; the next slot of the newsletter's rule is on Wednesday the 2nd of December, 09:00 in Prague (08:00 UTC).
    /// </summary>
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

    /// <summary>Further settings, or others than the usual ones; later ones win.</summary>
    protected virtual IEnumerable<(string Key, string Value)> Configure() => [];

    /// <summary>True: the app listens on a port of this machine, for Chromium; else it is called within this process.</summary>
    protected virtual bool Served => false;

    /// <summary>True: the app has a host of its own, for tests of what the <see cref="SharedSite"/> shares.</summary>
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
        if (app is not null)
            await app.DisposeAsync();
        if (Smtp is not null)
            await Smtp.DisposeAsync();
        database?.Dispose();
        Folder?.Dispose();
    }

    /// <summary>Ends the process, as it were, and starts another on the same database, data folder and clock.</summary>
    internal async Task RestartAsync()
    {
        await App.DisposeAsync();
        app = NewApp();
    }

    /// <summary>Ends the process for good; the next look at <see cref="App"/> starts another.</summary>
    internal async Task StopAsync()
    {
        await App.DisposeAsync();
        app = null;
    }

    /// <summary>A further process on the same database and data folder, with a queue of its own.</summary>
    /// <param name="clock">Its machine's; null: the test's, which is the database's too.</param>
    internal DispatchApp NewApp(FakeTimeProvider? clock = null)
    {
        var port = Served ? new HeldPort() : null;
        return new(clock ?? Clock, Settings(port?.Number), OwnHost
            || Configure().Any(setting => SharedSite.Fixes(setting.Key)), port, Clock);
    }

    /// <summary>
    /// What a process of its own is started with, to work on the test's database: embedded worker on, listening anywhere.
    /// </summary>
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
        ("Subscriptions:MinimumTime", "00:00:00"), // the test's clock stands still
        ("Subscriptions:AnswerAfter", "00:00:00"),
        ("Subscriptions:LookUpMx", "false"), // asks nobody outside
        .. Configure(),
    ];
}
