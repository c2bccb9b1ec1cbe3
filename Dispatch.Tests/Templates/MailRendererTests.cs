using AngleSharp.Html.Parser;
using Dispatch.Templates;
using Dispatch.Templates.Text;

namespace Dispatch.Tests.Templates;

[TestFixture]
public class MailRendererTests
{
    private static readonly MailRenderer Renderer = new();

    private static readonly TestCaseData[] EveryKind =
    [
        new TestCaseData(Renderer.Render(SampleMails.Issue)).SetArgDisplayNames("issue"),
        new TestCaseData(Renderer.Render(SampleMails.Confirmation)).SetArgDisplayNames("confirmation"),
        new TestCaseData(Renderer.Render(SampleMails.Reminder)).SetArgDisplayNames("reminder"),
        new TestCaseData(Renderer.Render(SampleMails.Notice)).SetArgDisplayNames("notice"),
        new TestCaseData(Renderer.Render(SampleMails.Welcome)).SetArgDisplayNames("welcome"),
        new TestCaseData(Renderer.Render(SampleMails.WelcomeToSeveral)).SetArgDisplayNames("welcome to several"),
    ];

    [Test]
    public void The_built_in_templates_are_sound()
    {
        Assert.That(Renderer.Validate(), Is.Empty);
    }

    [TestCase("ru", false, "Автор: A. Correspondent")]
    [TestCase("ru", true, "Авторы: A. Correspondent")]
    [TestCase("en", true, "By A. Correspondent")]
    public void Several_authors_are_called_so_where_the_language_has_a_word_for_it(string language, bool several, string expected)
    {
        var mail = Renderer.Render(SampleMails.Issue with { Language = language, SeveralAuthors = several });
        Assert.That(mail.Text, Does.Contain($"\n{expected}\n"));
        Assert.That(new HtmlParser().ParseDocument(mail.Html).QuerySelectorAll("p").Select(p => p.TextContent), Does.Contain(expected));
    }

    [TestCaseSource(nameof(EveryKind))]
    public void The_html_is_well_formed(RenderedMail mail)
    {
        var strict = new HtmlParser(new HtmlParserOptions { IsStrictMode = true });
        Assert.That(() => strict.ParseDocument(mail.Html), Throws.Nothing);
    }

    [TestCaseSource(nameof(EveryKind))]
    public void Every_link_of_the_html_is_in_the_text(RenderedMail mail)
    {
        // Readers do not see the robots' link, so only the HTML has it.
        var links = new HtmlParser().ParseDocument(mail.Html).QuerySelectorAll("a").Where(link => link.Closest("[aria-hidden]") is null)
            .Select(link => link.GetAttribute("href") ?? "").Distinct().ToList();
        Assert.That(links, Is.Not.Empty);
        Assert.That(links, Has.All.Matches<string>(link => mail.Text.Contains(link!, StringComparison.Ordinal)));
    }

    [TestCaseSource(nameof(EveryKind))]
    public void Every_mail_says_that_it_does_not_track_and_holds_no_picture_of_its_own(RenderedMail mail)
    {
        Assert.That(mail.Html, Does.Contain("track you").And.Not.Contain("<img"));
        Assert.That(mail.Text, Does.Contain("track you").And.Contain("1 Sample Street\nSampleton"));
    }

    [TestCaseSource(nameof(EveryKind))]
    public void Inboxes_show_words_of_the_mail_beside_the_subject_and_no_robots_link(RenderedMail mail)
    {
        var page = new HtmlParser().ParseDocument(mail.Html);
        var first = page.Body!.FirstElementChild!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.GetAttribute("style"), Does.Contain("display:none"));
            Assert.That(Words(first), Is.Not.Empty.And.Not.EqualTo(mail.Subject));
            Assert.That(page.QuerySelectorAll("[aria-hidden] a").Select(link => link.TextContent), Has.All.Empty);
        }
    }

    [Test]
    public void Every_kind_of_mail_has_its_own_preheader() => Assert.That(
        EveryKind.Select(kind => Words(new HtmlParser().ParseDocument(((RenderedMail)kind.Arguments[0]!).Html).Body!.FirstElementChild!)),
        Is.Unique);

    [Test]
    public void Without_a_preview_line_the_first_words_of_the_text_stand_in_for_it_in_the_inbox_alone()
    {
        var mail = Renderer.Render(SampleMails.Issue with { Preheader = "", Opening = "It begins here." });
        var page = new HtmlParser().ParseDocument(mail.Html);
        Assert.That(Words(page.Body!.FirstElementChild!), Is.EqualTo("It begins here."));
        page.Body.FirstElementChild!.Remove();
        Assert.That(page.Body.TextContent, Does.Not.Contain("It begins here."));
    }

    [TestCaseSource(nameof(EveryKind))]
    public void The_whole_button_is_its_link_and_Outlook_sees_it_too(RenderedMail mail)
    {
        foreach (var button in new HtmlParser().ParseDocument(mail.Html).QuerySelectorAll("td.button"))
            using (Assert.EnterMultipleScope())
            {
                Assert.That(button.GetAttribute("style"), Does.Contain("mso-padding-alt:13px 28px").And.Not.Contain(";padding"));
                Assert.That(button.Children.Single().GetAttribute("style"),
                    Does.Contain("display:inline-block").And.Contain("padding:13px 28px").And.Contain("line-height:22px"), "48 px high");
            }
    }

    [TestCase("en", "Our website: https://news.example/")]
    [TestCase("fr", "\u00A0: https://news.example/")]
    [TestCase("zh", "：https://news.example/")]
    public void A_label_of_the_text_part_has_the_colon_of_its_language(string language, string expected) =>
        Assert.That(Renderer.Render(SampleMails.Confirmation with { Language = language }).Text, Does.Contain(expected));

    [Test]
    public void Whoever_got_an_issue_forwarded_finds_where_to_subscribe()
    {
        var mail = Renderer.Render(SampleMails.Issue);
        Assert.That(new HtmlParser().ParseDocument(mail.Html).QuerySelector("a[href='https://news.example/newsletters/sample']"),
            Is.Not.Null);
        Assert.That(mail.Text, Does.Contain("forwarded to you? Subscribe here: https://news.example/newsletters/sample"));
        Assert.That(Renderer.Render(SampleMails.Welcome).Text, Does.Not.Contain("forwarded"));
    }

    [TestCase("الصين في أوراسيا", "rtl")]
    [TestCase("中国与欧亚", "ltr")]
    public void What_is_written_in_a_script_without_italics_is_neither_slanted_nor_spaced(string words, string direction)
    {
        var mail = Renderer.Render(SampleMails.Issue with
        {
            NewsletterName = words,
            NewsletterDescription = words,
            Subject = words,
            Preheader = words,
        });
        var page = new HtmlParser().ParseDocument(mail.Html);
        Assert.That(page.QuerySelectorAll("[style]").Where(element => element.TextContent.Trim() == words)
            .Select(element => element.GetAttribute("style")), Has.None.Contains("italic").And.None.Contains("letter-spacing"));
        Assert.That(page.QuerySelectorAll("h1, p.name, p.soft").Select(element => element.GetAttribute("dir")),
            Has.All.EqualTo(direction));
    }

    private static string Words(AngleSharp.Dom.IElement preheader) => preheader.TextContent.TrimEnd('\u2007', '\u034F');

    [Test]
    public void What_people_typed_is_text_in_the_html()
    {
        var mail = Renderer.Render(SampleMails.Issue with { Subject = "<script>alert(1)</script>", Byline = "\"O'Hara\" & Co" });
        Assert.That(mail.Html, Does.Not.Contain("<script").And.Contain("&lt;script&gt;alert(1)&lt;/script&gt;").And.Contain(
            "&quot;O&#39;Hara&quot; &amp; Co"));
        Assert.That(mail.Text, Does.Contain("<script>alert(1)</script>").And.Contain("By \"O'Hara\" & Co"));
        Assert.That(mail.Subject, Is.EqualTo("<script>alert(1)</script>"));
    }

    [Test]
    public void A_subject_stays_one_line_and_nobodys_text_makes_a_hole()
    {
        var mail = Renderer.Render(SampleMails.Issue
            with
        { Subject = "One\r\nBcc: x@example.com", ContentHtml = new Markup("<p>\uE000name\uE001\uE002</p>") });
        Assert.That(mail.Subject, Is.EqualTo("One Bcc: x@example.com"));
        Assert.That(mail.Html, Does.Contain("<p>name</p>"));
        Assert.That(Placeholders.Split(mail.Html).Where(segment => segment.IsHole).Select(hole => hole.Key).Distinct(),
            Is.EquivalentTo(new[] { Placeholders.UnsubscribeUrl, Placeholders.PreferencesUrl }));
    }

    [Test]
    public void A_confirmation_is_whole_as_it_stands_and_offers_nothing_to_unsubscribe_from()
    {
        var mail = Renderer.Render(SampleMails.Confirmation);
        Assert.That(Placeholders.Split(mail.Html), Has.Count.EqualTo(1));
        Assert.That(Placeholders.Split(mail.Text), Has.Count.EqualTo(1));
        Assert.That(mail.Text,
            Does.Contain("https://news.example/confirm/sample").And.Contain("7 days").And.Contain("If you didn’t ask for this"));
        Assert.That(mail.Html, Does.Not.Contain("nsubscribe"));
        Assert.That(mail.Subject, Is.EqualTo("Please confirm your subscription to Sample Letter and Second Letter"));
    }

    [Test]
    public void A_welcome_says_when_the_next_issue_comes_and_does_without_a_last_one()
    {
        var mail = Renderer.Render(SampleMails.Welcome with { LastIssueUrl = null, LastIssueSubject = null });
        Assert.That(mail.Text, Does.Contain("The next issue is due on 1 January.").And.Not.Contain("the latest one"));
        Assert.That(Renderer.Render(SampleMails.Welcome with { NextIssueDate = null }).Text, Does.Not.Contain("is due on"));
    }

    [TestCase("en", "ltr", "left")]
    [TestCase("fa", "rtl", "right")]
    public void A_mail_is_laid_out_the_way_its_language_is_written(string language, string direction, string side)
    {
        var html = Renderer.Render(SampleMails.Issue with { Language = language }).Html;
        var document = new HtmlParser().ParseDocument(html);
        Assert.That(document.DocumentElement.GetAttribute("dir"), Is.EqualTo(direction));
        Assert.That(document.DocumentElement.GetAttribute("lang"), Is.EqualTo(language));
        Assert.That(document.QuerySelector(".paper")!.GetAttribute("style"), Does.Contain($"text-align:{side}"));
    }

    [Test]
    public void A_newsletters_description_keeps_its_own_direction_in_a_mail_of_another_language()
    {
        var welcome = SampleMails.Welcome
            with
        { Language = "ar", NewsletterDescription = "News, twice a month.", NewsletterLanguage = "en" };
        Assert.That(Renderer.Render(welcome).Html, Does.Contain("<p lang=\"en\" dir=\"ltr\" class=\"soft\""),
            "or its full stop stands in front");
        Assert.That(Renderer.Render(welcome with { Language = "en" }).Html, Does.Not.Contain("<p lang="));
    }

    [Test]
    public void A_frame_in_another_language_leaves_the_article_as_it_is()
    {
        var mail = Renderer.Render(SampleMails.Issue
            with
        { Language = "en", FrameLanguage = "ar", Byline = "Ana Example", PostalAddress = "1 Sample St." });
        var page = new HtmlParser().ParseDocument(mail.Html);
        Assert.That((page.DocumentElement.GetAttribute("lang"), page.DocumentElement.GetAttribute("dir")), Is.EqualTo(("en", "ltr")));
        var foot = page.QuerySelector("td[lang=ar]")!;
        Assert.That(foot.GetAttribute("dir"), Is.EqualTo("rtl"));
        Assert.That(foot.GetAttribute("style"), Does.Contain("text-align:right"));
        Assert.That(foot.QuerySelector("p[dir=auto]")!.TextContent, Is.EqualTo("1 Sample St."), "or its full stop stands in front");
        Assert.That(page.QuerySelector("span[lang=en]")!.TextContent, Is.EqualTo("By Ana Example"));
        Assert.That(mail.Text, Does.Contain("By Ana Example").And.Contain("إلغاء الاشتراك"));
    }

    [TestCase("javascript:alert(1)")]
    [TestCase("/relative")]
    public void An_address_that_is_not_of_the_web_is_refused(string address)
    {
        var mail = SampleMails.Issue with { IssueUrl = new Uri(address, UriKind.RelativeOrAbsolute) };
        Assert.That(() => Renderer.Render(mail), Throws.ArgumentException.With.Message.Contains("IssueUrl"));
    }

    [Test]
    public void Many_threads_share_one_renderer()
    {
        var expected = Renderer.Render(SampleMails.Issue);
        var all = Enumerable.Range(0, 200).AsParallel().Select(_ => Renderer.Render(SampleMails.Issue)).ToList();
        Assert.That(all, Has.All.EqualTo(expected));
    }
}
