using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>Mailboxes of a real mail host (Postfix and Dovecot), read by IMAP and POP3.</summary>
[TestFixture(Provider.Sqlite), NonParallelizable, Category(Needs.Postfix)]
public class MailboxTests(Provider provider) : DispatchTest(provider)
{
    private const string Bounces = "bounces@sender.test", Complaints = "fbl@sender.test";

    private Mailhost mailhost = null!;
    private CuttingProxy imap = null!, pop3 = null!;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Mail:Relays:0:Url", mailhost.RelayUrl),
        ("Bounces:Mailboxes:0:Url", $"imap://{Bounces}:test@127.0.0.1:{imap.Port}?tls=none"),
        ("Bounces:Mailboxes:1:Url", $"pop3://{Complaints}:test@127.0.0.1:{pop3.Port}?tls=none"),
    ];

    [SetUp]
    public async Task EmptyTheMailboxes()
    {
        mailhost = await Requires.MailhostAsync();
        (imap, pop3) = (new(mailhost.ImapPort), new(mailhost.Pop3Port));
        await mailhost.EmptyAsync(Bounces);
        await mailhost.EmptyAsync(Complaints);
    }

    [TearDown]
    public async Task CloseTheProxies()
    {
        if (imap is not null)
            await imap.DisposeAsync();
        if (pop3 is not null)
            await pop3.DisposeAsync();
    }

    [Test]
    public async Task What_real_servers_send_back_is_told_apart_and_has_its_effect()
    {
        var known = await Given.ConfirmedSubscriber("reader9@readers.test");
        var gone = await Given.ConfirmedSubscriber("gone@readers.test");
        var full = await Given.ConfirmedSubscriber("full@readers.test");
        await Given.ConfirmedSubscriber("away@readers.test");
        var complains = await Given.ConfirmedSubscriber("complains-redacted@readers.test");
        await Reader.Subscribes("nobody@readers.test");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        await mailhost.MailsAsync(Bounces, expected: 4);
        await mailhost.MailsAsync(Complaints, expected: 1);
        await ReadAsync();

        await using var db = App.OpenDb();
        var bounces = await db.Bounces.ToListAsync();
        Assert.That(Of(gone), Is.EqualTo((BounceKind.Hard, BounceEffect.Suppressed)));
        Assert.That(Of(full), Is.EqualTo((BounceKind.Soft, BounceEffect.Counted)));
        Assert.That(bounces.Where(b => b.Kind is BounceKind.AutoReply).Select(b => b.SubscriberId), Is.EqualTo(new long?[] { null }));
        Assert.That(Of(complains), Is.EqualTo((BounceKind.Complaint, BounceEffect.Unsubscribed)));
        Assert.That(bounces.Exists(b => b.SubscriberId == known.SubscriberId), Is.False);
        Assert.That(bounces.Single(b => b.MailId is not null).Kind, Is.EqualTo(BounceKind.Hard), "the confirmation to nobody");
        Assert.That(await db.Suppressions.Select(s => s.Reason).OrderBy(reason => reason).ToListAsync(),
            Is.EquivalentTo(new[] { SuppressionReason.HardBounce, SuppressionReason.HardBounce, SuppressionReason.Complaint }));
        Assert.That(await db.Subscriptions.CountAsync(s => s.State == SubscriptionState.Unsubscribed), Is.EqualTo(1));
        Assert.That(await mailhost.CountAsync(Bounces), Is.Zero, "moved to Dispatch/Read");
        Assert.That(await mailhost.CountAsync(Complaints), Is.EqualTo(1), "left there by POP3");
        Assert.That(await ReadAsync(), Is.Zero, "and not read again");
        var page = await (await SignedIn.As(App, "ops")).GetStringAsync("/ops/bounces");
        Assert.That(page, Does.Contain("reader unsubscribed and suppressed").And.Contain("reader suppressed").And.Contain("counted"));
        Assert.That(page, Does.Not.Contain("readers.test"), "no address");

        (BounceKind, BounceEffect) Of(KnownReader reader) =>
            bounces.Where(b => b.SubscriberId == reader.SubscriberId).Select(b => (b.Kind, b.Effect)).Single();
    }

    [TestCase("LOGIN"), TestCase("SELECT"), TestCase("SEARCH"), TestCase("FETCH"), TestCase("CREATE"), TestCase("MOVE"), TestCase("IDLE")]
    public async Task A_connection_by_IMAP_that_breaks_anywhere_loses_nothing_and_counts_nothing_twice(string command)
    {
        var senders = await MailedAsync(2);
        foreach (var (reader, sender) in senders)
            await mailhost.DeliverAsync(Bounces, ComeBack.Dsn(sender, reader, "5.2.2"));
        var before = await mailhost.CountAsync(Bounces, "Dispatch", "Read");
        await mailhost.MailsAsync(Bounces, expected: 2);
        imap.CutBefore = command;
        await App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None, waits: command == "IDLE");
        if (command is not "CREATE" and not "LOGIN") // folders may be there already, and the sign-in may use another command
            Assert.That(imap.Cut, Is.EqualTo(1));
        await using (var db = App.OpenDb())
            Assert.That((await db.MailboxStates.SingleAsync(state => state.Mailbox.StartsWith("0 "))).Fault,
                imap.Cut == 1 ? Is.EqualTo("the connection broke") : Is.Null);
        imap.CutBefore = null;
        await ReadAsync();
        await using var after = App.OpenDb();
        Assert.That(await after.Bounces.CountAsync(b => b.Effect == BounceEffect.Counted), Is.EqualTo(2));
        Assert.That(await after.Audit.CountAsync(entry => entry.Action == "bounce.soft"), Is.EqualTo(2));
        Assert.That(await mailhost.CountAsync(Bounces), Is.Zero);
        Assert.That(await mailhost.CountAsync(Bounces, "Dispatch", "Read"), Is.EqualTo(before + 2));
        Assert.That(await after.MailboxStates.AllAsync(state => state.Fault == null), Is.True);
    }

    [TestCase("UIDL"), TestCase("LIST"), TestCase("RETR"), TestCase("QUIT")]
    public async Task A_connection_by_POP3_that_breaks_anywhere_loses_nothing_and_counts_nothing_twice(string command)
    {
        var senders = await MailedAsync(2);
        foreach (var (reader, sender) in senders)
            await mailhost.DeliverAsync(Complaints, ComeBack.Dsn(sender, reader, "5.2.2"));
        await mailhost.MailsAsync(Complaints, expected: 2);
        pop3.CutBefore = command;
        await ReadAsync();
        pop3.CutBefore = null;
        await ReadAsync();
        await using var db = App.OpenDb();
        Assert.That(await db.Bounces.CountAsync(b => b.Effect == BounceEffect.Counted), Is.EqualTo(2));
        Assert.That(await db.SeenMessages.CountAsync(), Is.EqualTo(2));
        Assert.That(await mailhost.CountAsync(Complaints), Is.EqualTo(2), "left there");
        await mailhost.EmptyAsync(Complaints);
        await ReadAsync();
        Assert.That(await db.SeenMessages.AnyAsync(), Is.False, "what the server has no more is forgotten");
    }

    [Test]
    public async Task A_server_that_is_away_is_told_to_ops_and_read_when_it_is_back()
    {
        var (reader, sender) = (await MailedAsync(1))[0];
        await mailhost.DeliverAsync(Bounces, ComeBack.Dsn(sender, reader, "5.1.1"));
        await mailhost.MailsAsync(Bounces, expected: 1);
        await imap.ClosesAsync();
        Assert.That(await ReadAsync(), Is.Zero);
        var ops = await SignedIn.As(App, "ops");
        Assert.That(await ops.GetStringAsync("/ops/bounces"), Does.Contain("it can&#x27;t be reached"));
        imap.Opens();
        Assert.That(await ReadAsync(), Is.EqualTo(1));
        Assert.That(await ops.GetStringAsync("/ops/bounces"), Does.Not.Contain("be reached"));
    }

    [Test]
    public async Task What_nobody_can_read_is_kept_and_the_next_message_is_read()
    {
        var (reader, sender) = (await MailedAsync(1))[0];
        var before = await mailhost.CountAsync(Bounces, "Dispatch", "Unclear");
        await mailhost.DeliverAsync(Bounces, ComeBack.Letter(Bounces, "junk@example.biz", "Delivery failed? Buy replicas", "Now!"));
        await mailhost.DeliverAsync(Bounces, ComeBack.Dsn(sender, reader, "5.1.1"));
        await mailhost.MailsAsync(Bounces, expected: 2);
        Assert.That(await ReadAsync(), Is.EqualTo(2));
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.CountAsync(), Is.EqualTo(1));
        Assert.That(await mailhost.CountAsync(Bounces, "Dispatch", "Unclear"), Is.EqualTo(before + 1));
        Assert.That((await db.MailboxStates.SingleAsync(state => state.Mailbox.StartsWith("0 "))).Unclear, Is.EqualTo(1));
    }

    private async Task<List<(string Reader, string Sender)>> MailedAsync(int count)
    {
        var readers = await Given.ConfirmedSubscribers(count);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var tokens = App.Services.GetRequiredService<Worker.Privacy.LinkTokens>();
        return [.. readers.Select(reader => (reader.Address,
            $"bounces+{tokens.Make(Worker.Privacy.LinkKind.Bounce, reader.SubscriberId, issue)}@sender.test"))];
    }

    private Task<int> ReadAsync() => App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None);
}
