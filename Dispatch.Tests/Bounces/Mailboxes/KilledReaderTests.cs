using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>A process that is killed after a report's effect is committed and before the report is moved.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
[NonParallelizable, Category(Needs.Postfix), Category(Needs.Processes)]
public class KilledReaderTests(Provider provider) : DispatchTest(provider)
{
    private const string Bounces = "bounces@sender.test";

    private Mailhost mailhost = null!;
    private CuttingProxy imap = null!;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Bounces:Mailboxes:0:Url", $"imap://{Bounces}:test@127.0.0.1:{imap.Port}?tls=none")];

    [SetUp]
    public async Task EmptyTheMailbox()
    {
        mailhost = await Requires.MailhostAsync();
        imap = new(mailhost.ImapPort);
        await mailhost.EmptyAsync(Bounces);
    }

    [TearDown]
    public async Task CloseTheProxy()
    {
        if (imap is not null)
            await imap.DisposeAsync();
    }

    [Test]
    public async Task It_loses_nothing_and_counts_nothing_twice_when_it_starts_again()
    {
        await DeliverAsync(2);
        var moved = await mailhost.CountAsync(Bounces, "Dispatch", "Read");
        await StopAsync(); // only one process may use a SQLite file
        imap.HoldBack = "MOVE";
        await using (var killed = Process())
        {
            await Task.WhenAny(imap.Held, killed.Heard);
            Assert.That(imap.Held.IsCompleted, $"expected it to be about to move what it has read, got: {killed.Said}");
            await killed.KillAsync();
        }
        Assert.That(await mailhost.CountAsync(Bounces), Is.EqualTo(2), "nothing was moved");
        await AssertCountedOnceAsync();
        await using (var db = App.OpenDb()) // as if the dead process's lease had run out
            await db.MailboxStates.ExecuteUpdateAsync(set => set.SetProperty(state => state.LeasedUntil, (DateTimeOffset?)null));
        await StopAsync();

        (imap.HoldBack, imap.Saw) = (null, "IDLE"); // it waits for new messages when all is moved
        imap.Again();
        await using (var again = Process())
        {
            await Task.WhenAny(imap.Held, again.Heard);
            Assert.That(imap.Held.IsCompleted, $"expected it to have read the mailbox, got: {again.Said}");
            Assert.That(await again.TerminateAsync(), Is.Zero);
        }
        Assert.That(await mailhost.CountAsync(Bounces), Is.Zero);
        Assert.That(await mailhost.CountAsync(Bounces, "Dispatch", "Read"), Is.EqualTo(moved + 2));
        await AssertCountedOnceAsync();
        await using var after = App.OpenDb();
        Assert.That(await after.MailboxStates.SingleAsync(), Has.Property("Read").EqualTo(2).And.Property("Fault").Null,
            "that the stop broke the connection is no fault of the mailbox");
    }

    private async Task DeliverAsync(int count)
    {
        var readers = await Given.ConfirmedSubscribers(count);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var tokens = App.Services.GetRequiredService<LinkTokens>();
        foreach (var reader in readers)
            await mailhost.DeliverAsync(Bounces, ComeBack.Dsn(
                $"bounces+{tokens.Make(LinkKind.Bounce, reader.SubscriberId, issue)}@sender.test", reader.Address, "5.2.2"));
        await mailhost.MailsAsync(Bounces, expected: count);
    }

    private DispatchProcess Process() => DispatchProcess.Start(
        Provider is Provider.Sqlite ? "Dispatch.Api.dll" : "Dispatch.Worker.dll", ["can't be read"], ProcessSettings());

    private async Task AssertCountedOnceAsync()
    {
        await using var db = App.OpenDb();
        Assert.That(await db.Bounces.CountAsync(bounce => bounce.Effect == BounceEffect.Counted), Is.EqualTo(2));
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "bounce.soft"), Is.EqualTo(2));
    }
}
