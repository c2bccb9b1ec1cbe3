using AngleSharp.Html.Parser;
using Dispatch.Templates.Languages;
using Dispatch.Tests.Support;
using MimeKit;

namespace Dispatch.Tests.Deliveries.Messages;

[TestFixture(Provider.Sqlite)]
public class IssueMailTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_issue_carries_every_header_a_reader_and_their_provider_rely_on()
    {
        var message = (await SentAsync("ana@example.com", "Ana Кравчук")).Message;
        string Header(string name) => message.Headers[name] ?? message.Body!.Headers[name] ?? "";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message.From.ToString(), Is.EqualTo("\"China In Eurasia\" <news@sender.test>"));
            Assert.That(message.To.Mailboxes.Single(), Has.Property("Address").EqualTo("ana@example.com").And.Property("Name")
                .EqualTo("Ana Кравчук"));
            Assert.That(message.MimeVersion, Is.EqualTo(new Version(1, 0)));
            Assert.That(Header("List-Id"), Is.EqualTo("China In Eurasia <china-in-eurasia.localhost>"));
            Assert.That(Header("List-Unsubscribe"), Does.Match("^<http://localhost/unsubscribe/[a-z2-7]{40}>$"),
                "not by mail, which nobody would read");
            Assert.That(Header("List-Unsubscribe-Post"), Is.EqualTo("List-Unsubscribe=One-Click"));
            Assert.That(Header("List-Archive"), Is.EqualTo("<http://localhost/newsletters/china-in-eurasia/archive>"));
            Assert.That(Header("Archived-At"), Does.Match("^<http://localhost/newsletters/china-in-eurasia/issues/[a-z0-9-]+>$"));
            Assert.That(Header("Feedback-ID"), Does.EndWith(":china-in-eurasia:issue:dispatch"));
            Assert.That(Header("Content-Language"), Is.EqualTo("en"));
            Assert.That(message.Body, Is.InstanceOf<MultipartAlternative>());
            Assert.That(message.Headers.Select(header => header.Field)
                .Where(name => name is "From" or "To" or "Subject" or "Date" or "Message-Id" or "Message-ID" or "MIME-Version"), Is.Unique);
        }
    }

    [Test]
    public async Task Each_reader_gets_a_copy_of_their_own_and_nobody_elses_links()
    {
        var (first, second) = (await SentAsync("ana@example.com"), await SentAsync("bo@example.com"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Message.HtmlBody,
                Does.Contain(first.UnsubscribeLink.AbsoluteUri).And.Not.Contain(second.UnsubscribeLink.AbsoluteUri));
            Assert.That(first.Message.TextBody,
                Does.Contain(first.UnsubscribeLink.AbsoluteUri).And.Not.Contain(second.UnsubscribeLink.AbsoluteUri));
            Assert.That(first.Message.MessageId, Is.Not.EqualTo(second.Message.MessageId));
            Assert.That(first.Sender, Does.Match("^bounces\\+[a-z2-7]{40}@sender.test$").And.Not.EqualTo(second.Sender));
        }
    }

    [Test]
    public async Task The_words_around_the_article_are_in_the_reader_s_language_and_the_article_in_the_newsletter_s()
    {
        await Given.ConfirmedSubscriber("ana@example.com", language: "ru");
        await Given.ConfirmedSubscriber("bo@example.com", language: "AR");
        await Given.ConfirmedSubscriber("cy@example.com", language: "en");
        await Given.ConfirmedSubscriber("di@example.com"); // has chosen no language
        await Given.ConfirmedSubscriber("ed@example.com", language: "de-AT");
        await Given.ConfirmedSubscriber("flo@example.com", language: "it"); // a language for which Dispatch has no texts
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        using (Assert.EnterMultipleScope())
        {
            foreach (var (address, language) in new[] { ("ana", "ru"), ("bo", "ar"), ("cy", "en"), ("di", "en"),
                ("ed", "de"), ("flo", "en") })
            {
                var mail = Smtp.MailFor($"{address}@example.com").Single();
                var texts = Texts.Of(language);
                var page = new HtmlParser().ParseDocument(mail.Html);
                Assert.That(mail.Text, Does.Contain($"{texts["mail.unsubscribe"]}: {mail.UnsubscribeLink}").And.Contain(
                    texts["mail.in-browser"]).And.Contain("A road is being built."));
                var foot = page.QuerySelector($"td[lang={language}]")!;
                Assert.That((foot.GetAttribute("dir"), foot.QuerySelector("a[href*=preferences]")!.TextContent),
                    Is.EqualTo((texts.Direction, texts["mail.preferences"])));
                Assert.That((page.DocumentElement.GetAttribute("lang"), mail.Message.Body!.Headers["Content-Language"]
                    ?? mail.Message.Headers["Content-Language"]), Is.EqualTo(("en", "en")));
            }
        }
    }

    [Test]
    public async Task On_the_wire_it_is_seven_bit_text_in_lines_that_any_server_takes()
    {
        var bytes = (await SentAsync("ana@example.com", "Žofie")).Bytes;
        var lines = System.Text.Encoding.Latin1.GetString(bytes).Split("\r\n");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(bytes, Has.All.LessThan((byte)128));
            Assert.That(lines, Has.All.Length.LessThanOrEqualTo(998)); // RFC 5322 §2.1.1
            Assert.That(lines.Where(line => line.Contains('\n') || line.Contains('\r')), Is.Empty);
        }
    }

    private async Task<ReceivedMail> SentAsync(string address, string? name = null)
    {
        await Given.ConfirmedSubscriber(address, name);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        return Smtp.MailFor(address)[^1];
    }
}
