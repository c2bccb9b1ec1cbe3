using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Bounces.Mailboxes;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>A letter that was forwarded before the mailbox's connection broke. It was forwarded again by each later run.</summary>
[TestFixture(Provider.Sqlite), NonParallelizable, Category(Needs.Postfix)]
public class ForwardedOnceTests(Provider provider) : DispatchTest(provider)
{
    private const string Letters = "fbl@sender.test", Desk = "desk@newsroom.test";

    private Mailhost mailhost = null!;
    private CuttingProxy pop3 = null!;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Bounces:Mailboxes:0:Url", $"pop3://{Letters}:test@127.0.0.1:{pop3.Port}?tls=none"), ("Newsletters:0:ReplyTo", Desk),
    ];

    [SetUp]
    public async Task EmptyTheMailbox()
    {
        mailhost = await Requires.MailhostAsync();
        pop3 = new(mailhost.Pop3Port);
        await mailhost.EmptyAsync(Letters);
    }

    [TearDown]
    public async Task CloseTheProxy()
    {
        if (pop3 is not null)
            await pop3.DisposeAsync();
    }

    [Test]
    public async Task A_letter_is_forwarded_once_although_the_connection_breaks_after_it()
    {
        await mailhost.DeliverAsync(Letters, ComeBack.Letter(Letters, "ana@readers.test", "A question", "When is the next one?"));
        await mailhost.MailsAsync(Letters, expected: 1);
        await mailhost.DeliverAsync(Letters, ComeBack.Letter(Letters, "ben@readers.test", "A long one",
            string.Concat(Enumerable.Repeat("All that I know of it.\n", 20_000)))); // so long that it is read by a command of its own
        await mailhost.MailsAsync(Letters, expected: 2);

        for (var broken = 1; broken <= 2; broken++)
        {
            pop3.CutBefore = broken == 1 ? "RETR 2" : "RETR";
            await ReadAsync();
            Assert.That((pop3.Cut, Smtp.MailFor(Desk).Count), Is.EqualTo((broken, 1)));
        }
        await ReadAsync();
        Assert.That(Smtp.MailFor(Desk).Select(mail => mail.Subject), Is.EqualTo(new[] { "A question", "A long one" }));
    }

    private Task<int> ReadAsync() => App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None);
}
