using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Bounces.Mailboxes;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Bounces.Mailboxes;

/// <summary>
/// A real mail host that refuses the sign-in. It answers a wrong password slowly, so this test runs beside others. It reads no message.
/// </summary>
[TestFixture(Provider.Sqlite), Category(Needs.Postfix)]
public class RefusedSignInTests(Provider provider) : DispatchTest(provider)
{
    private Mailhost mailhost = null!;

    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Mail:Relays:0:Url", mailhost.RelayUrl),
        ("Bounces:Mailboxes:0:Url", $"imap://bounces@sender.test:wrong-secret@127.0.0.1:{mailhost.ImapPort}?tls=none"),
        ("Bounces:Mailboxes:1:Url", $"pop3://fbl@sender.test:wrong-secret@127.0.0.1:{mailhost.Pop3Port}?tls=none"),
    ];

    [SetUp]
    public async Task StartTheMailhost() => mailhost = await Requires.MailhostAsync();

    [Test]
    public async Task A_changed_password_is_told_to_ops_without_it()
    {
        await App.Services.GetRequiredService<MailboxReaders>().ReadNowAsync(CancellationToken.None);
        var page = await (await SignedIn.As(App, "ops")).GetStringAsync("/ops/bounces");
        Assert.That(page, Does.Contain("it refuses the sign-in").And.Not.Contain("wrong-secret").And.Not.Contain("bounces@sender.test"));
    }
}
