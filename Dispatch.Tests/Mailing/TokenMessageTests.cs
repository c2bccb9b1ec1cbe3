using Dispatch.Templates;
using Dispatch.Tests.Support;
using Dispatch.Worker.Mailing;
using MimeKit;

namespace Dispatch.Tests.Mailing;

public class TokenMessageTests
{
    private static readonly MailboxAddress Ana = new("", "ana@example.com"), Bounces = new("", "bounces@sender.test");

    [Test]
    public void Each_reader_gets_their_own_token_wherever_it_belongs()
    {
        var message = new TokenMessage(Head(), $"Open {Link}\n", $"<a href=\"{Link}\">{Link}</a>\n");
        foreach (var token in new[] { "first", "second" })
        {
            var mail = Parsed(message, token);
            Assert.That(mail.TextBody!.Trim(), Is.EqualTo($"Open https://site.test/{token}"));
            Assert.That(mail.HtmlBody!.Trim(), Is.EqualTo($"<a href=\"https://site.test/{token}\">https://site.test/{token}</a>"));
        }
    }

    [Test]
    public void A_place_for_anything_else_never_shows_the_token()
    {
        var name = Placeholders.OfField("name", "reader");
        var mail = Parsed(new TokenMessage(Head(), $"Dear {name}, {Link}\n", $"<p>Dear {name}</p>\n"), "secret");
        Assert.That(mail.TextBody!.Trim(), Is.EqualTo("Dear reader, https://site.test/secret"));
        Assert.That(mail.HtmlBody!.Trim(), Is.EqualTo("<p>Dear reader</p>"));
    }

    [Test]
    public void Its_header_is_that_of_any_other_mail_to_a_reader()
    {
        var mail = Parsed(new TokenMessage(Head(), "text\n", "<p>html</p>\n"), "token");
        var composed = MailComposer.Compose(Head(), Ana, "id", DispatchTest.Start, "text\n", "<p>html</p>\n");
        Assert.That(Fields(mail), Is.EquivalentTo(Fields(composed)));
    }

    private static string Link => $"https://site.test/{Placeholders.OfToken()}";

    private static MailHead Head() => MailHead.Of("Žofie <news@sender.test>", "desk@sender.test", "Bitte bestätigen", "de");

    private static IEnumerable<string> Fields(MimeMessage mail) => mail.Headers.Concat(mail.Body!.Headers)
        .Select(header => $"{header.Field.ToUpperInvariant()}: {header.Value.Split(';')[0]}"); // without the boundary

    private static MimeMessage Parsed(TokenMessage message, string token)
    {
        using var bytes = new MemoryStream();
        message.Compose(Bounces, Ana, "id", DispatchTest.Start, token).WriteTo(bytes);
        bytes.Position = 0;
        return MimeMessage.Load(bytes);
    }
}
