using Dispatch.Worker.Mailing;
using MimeKit;

namespace Dispatch.Tests.Mailing;

public class MailComposerTests
{
    private static readonly MailboxAddress Ana = new("Ana", "ana@example.com");
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 9, 0, 0, TimeSpan.Zero);

    [Test]
    public void A_mail_to_one_person_says_whom_it_is_from_and_that_a_program_sent_it()
    {
        using var mail = Compose(MailHead.Of("China In Eurasia <news@sender.test>", "desk@sender.test", "Привет", "ru"));
        Assert.That(mail.Headers.Select(header => $"{header.Field}: {header.Value}"), Is.EquivalentTo(new[]
        {
            "From: China In Eurasia <news@sender.test>", "Reply-To: desk@sender.test", "To: Ana <ana@example.com>", "Subject: Привет",
            "Date: Tue, 24 Nov 2026 09:00:00 +0000", "Message-Id: <0123@sender.test>", "MIME-Version: 1.0", "Content-Language: ru",
            "Auto-Submitted: auto-generated",
        }));
        var parts = ((Multipart)mail.Body!).Cast<TextPart>();
        Assert.That(parts.Select(part => (part.ContentType.MimeType, part.Text, part.ContentTransferEncoding)), Is.EqualTo(new[]
        {
            ("text/plain", "A road", ContentEncoding.QuotedPrintable), ("text/html", "<p>A road", ContentEncoding.QuotedPrintable),
        }));
    }

    [TestCase(null), TestCase("")]
    public void Without_another_address_answers_go_to_its_From(string? replyTo)
    {
        using var mail = Compose(MailHead.Of("news@sender.test", replyTo, "A road", "en"));
        Assert.That(mail.Headers.Contains(HeaderId.ReplyTo), Is.False);
    }

    [Test]
    public void One_click_names_the_link_where_the_mail_has_one()
    {
        using var mail = Compose(MailHead.Of("news@sender.test", null, "A road", "en"));
        mail.OfferOneClick(new Uri("https://example.org/unsubscribe/x"));
        Assert.That((mail.Headers[HeaderId.ListUnsubscribe], mail.Headers["List-Unsubscribe-Post"]),
            Is.EqualTo(("<https://example.org/unsubscribe/x>", "List-Unsubscribe=One-Click")));
    }

    private static MimeMessage Compose(MailHead head) => MailComposer.Compose(head, Ana, "0123", Now, "A road", "<p>A road");
}
