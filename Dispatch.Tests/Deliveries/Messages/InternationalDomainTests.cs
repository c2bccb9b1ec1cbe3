using System.Text;
using Dispatch.Tests.Support;

namespace Dispatch.Tests.Deliveries.Messages;

/// <summary>A site, a sender and readers at domains with letters beyond ASCII.</summary>
[TestFixture(Provider.Sqlite)]
public class InternationalDomainTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
    [
        ("Site:PublicUrl", "http://nächrichten.example"), ("AllowedHosts", "*"),
        ("Newsletters:0:From", "Nachrichten <post@nächrichten.example>"), ("Newsletters:0:ReplyTo", "redaktion@nächrichten.example"),
        ("Mail:BounceAddress", "bounces@nächrichten.example"), ("Mail:UnsubscribeAddress", "ab@nächrichten.example"),
    ];

    [Test]
    public async Task Every_header_envelope_and_link_has_the_domain_in_A_labels()
    {
        await Given.ConfirmedSubscriber("ana@bücher.example", "Ana");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        var mail = Smtp.Mails.Single();
        var head = Encoding.UTF8.GetString(mail.Bytes).Split("\r\n\r\n")[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(head, Does.Match("^[\\x20-\\x7e\\r\\n\\t]*$"));
            Assert.That(mail.Sender, Does.Match("^bounces\\+[a-z2-7]{40}@xn--nchrichten-q5a.example$"));
            Assert.That(Smtp.Recipients.Single(), Is.EqualTo("ana@xn--bcher-kva.example"));
            Assert.That(head, Does.Contain("<post@xn--nchrichten-q5a.example>").And.Contain("To: Ana <ana@xn--bcher-kva.example>")
                .And.Contain("mailto:ab+").And.Match("Message-ID: <[^@>]+@xn--nchrichten-q5a.example>"));
            Assert.That(mail.Html, Does.Contain("http://xn--nchrichten-q5a.example/unsubscribe/").And.Not.Contain("nächrichten.example"));
            Assert.That(mail.Text, Does.Contain("http://xn--nchrichten-q5a.example/unsubscribe/").And.Not.Contain("nächrichten.example"));
        }
    }

    [Test]
    public async Task So_has_a_confirmation()
    {
        await Reader.Subscribes("bo@bücher.example");
        await App.RunUntilIdle();
        var mail = Smtp.Mails.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Encoding.UTF8.GetString(mail.Bytes).Split("\r\n\r\n")[0], Does.Match("^[\\x20-\\x7e\\r\\n\\t]*$")
                .And.Contain("bo@xn--bcher-kva.example").And.Contain("@xn--nchrichten-q5a.example>"));
            Assert.That(Reader.ConfirmationLink("bo@xn--bcher-kva.example").AbsoluteUri,
                Does.StartWith("http://xn--nchrichten-q5a.example/confirm/"));
        }
    }
}
