using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ArchiveTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_issue_is_shown_as_it_was_sent()
    {
        var slug = await SentAsync("A road & a river", "<h2>The road</h2>\n<p>It is long.</p>", "Who pays for it.");
        var page = await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}");
        Assert.That(page, Does.Contain("<h1 itemprop=\"headline\">A road &amp; a river</h1>").And.Contain(
            "<h2 id=\"h-the-road\">The road<a class=\"anchor\" href=\"#h-the-road\" aria-label=\"Link to this section\">#</a></h2>\n"
            + "<p>It is long.</p>").And.Contain("Who pays for it."));
        Assert.That(page, Does.Contain("Tuesday, November 24, 2026").And.Contain("datetime=\"2026-11-24\""));
    }

    [Test]
    public async Task A_headline_in_Arabic_of_an_English_issue_goes_its_own_way()
    {
        var slug = await SentAsync("الطريق (الجديد).", "<p>It is long.</p>", "Who pays for it.");
        Assert.That(await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}"),
            Does.Contain("<h1 itemprop=\"headline\" dir=\"rtl\">").And.Contain("<p class=\"lede\" itemprop=\"description\">"));
    }

    [Test]
    public async Task Whoever_passes_it_on_shows_what_it_is()
    {
        var slug = await SentAsync("A road & a river", "<p>It is long.</p>", "Who pays for it.");
        var page = await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}");
        var address = $"http://localhost/newsletters/china-in-eurasia/issues/{slug}";
        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("<meta property=\"og:title\" content=\"A road &amp; a river\">").And.Contain(
                $"<meta property=\"og:url\" content=\"{address}\">").And.Contain(
                    "<meta property=\"og:description\" content=\"Who pays for it.\">"));
            Assert.That(page, Does.Contain($"<link rel=\"canonical\" href=\"{address}\">").And.Contain(
                "itemtype=\"https://schema.org/NewsArticle\"").And.Contain("itemprop=\"datePublished\" datetime=\"2026-11-24\""));
            Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("hreflang=\"x-default\""), "an issue has one language");
            Assert.That(page, Does.Contain("<meta itemprop=\"dateModified\" content=\"2026-11-24T").And.Contain("1 min read"));
            Assert.That(page, Does.Contain("itemprop=\"publisher\"").And.Contain(
                "<link itemprop=\"logo\" href=\"http://localhost/apple-touch-icon.png\">"));
        });
    }

    [TestCase("/", "http://localhost/newsletters/china-in-eurasia")]
    [TestCase("/newsletters/china-in-eurasia?utm_source=x", "http://localhost/newsletters/china-in-eurasia")]
    [TestCase("/newsletters/china-in-eurasia/archive", "http://localhost/newsletters/china-in-eurasia/archive")]
    [TestCase("/privacy?lang=de", "http://localhost/privacy?lang=de")]
    [TestCase("/subscribe", "http://localhost/subscribe")]
    public async Task Each_public_page_names_itself_and_its_other_languages(string path, string canonical)
    {
        var page = await App.Http.GetStringAsync(path);
        Assert.That(page, Does.Contain($"<link rel=\"canonical\" href=\"{canonical}\">").And.Contain(
            $"<meta property=\"og:url\" content=\"{canonical}\">"));
        var plain = canonical.Split('?')[0];
        Assert.That(page, Does.Contain($"<link rel=\"alternate\" hreflang=\"x-default\" href=\"{plain}\">").And.Contain(
            $"<link rel=\"alternate\" hreflang=\"ru\" href=\"{plain}?lang=ru\">"));
    }

    [TestCase("/nowhere")]
    [TestCase("/unsubscribe/nobody")]
    public async Task A_page_for_nobody_else_names_no_address(string path) =>
        Assert.That(await (await App.Http.GetAsync(path)).Content.ReadAsStringAsync(),
            Does.Not.Contain("canonical").And.Not.Contain("og:"));

    [Test]
    public async Task Byline_and_By_stand_once()
    {
        var slug = await SentAsync("A road", "<p>It is long.</p>");
        await using (var db = App.OpenDb())
            await db.Issues.ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Byline, "By Anna Novak, Jo Li, Jr. & C. Reid"));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia"),
            Does.Contain("Written by <strong>Anna Novak, Jo Li, Jr. and C. Reid</strong>."));
        Assert.That(await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}"),
            Does.Contain("<span itemprop=\"name\">Anna Novak</span>").And.Contain("<span itemprop=\"name\">Jo Li, Jr.</span>"));
    }

    [Test]
    public async Task Pictures_come_from_where_the_site_is_now()
    {
        var slug = await SentAsync("Pictures",
            "<figure><img src=\"https://old.example/media/abc-1200.jpg\" width=\"1200\" height=\"800\" alt=\"\" "
            + "loading=\"lazy\"></figure>");
        Assert.That(await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}"),
            Does.Contain("<img src=\"/media/abc-1200.jpg\""));
    }

    [Test]
    public async Task The_archive_lists_what_went_out_the_latest_first_by_year()
    {
        await SentAsync("The older one", "<p>x</p>");
        Clock.Advance(TimeSpan.FromDays(60));
        await SentAsync("The newer one", "<p>x</p>");
        var page = await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive");
        Assert.That(page, Does.Match("(?s)<h2 id=\"year-2027\">.*The newer one.*<h2 id=\"year-2026\">.*The older one"));
        Assert.That(await App.Http.GetStringAsync("/"), Does.Match("(?s)<h1[^>]*>.*The newer one.*</h1>.*The older one"));
    }

    [Test]
    public async Task A_draft_is_nowhere_to_be_seen()
    {
        var id = await Given.Draft("Not yet");
        await using var db = App.OpenDb();
        var slug = await db.Issues.Where(issue => issue.Id == id).Select(issue => issue.Slug).SingleAsync();
        Assert.That((await App.Http.GetAsync($"/newsletters/china-in-eurasia/issues/{slug}")).StatusCode,
            Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive"), Does.Not.Contain("Not yet"));
    }

    [Test]
    public async Task An_issue_cancelled_on_its_way_can_still_be_read_by_those_who_got_it()
    {
        var slug = await SentAsync("Stopped", "<p>Half of the readers have it.</p>", state: IssueState.Cancelled);
        Assert.That(await App.Http.GetStringAsync($"/newsletters/china-in-eurasia/issues/{slug}"), Does.Contain("Half of the readers"));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive"), Does.Not.Contain("Stopped"));
    }

    private async Task<string> SentAsync(string subject, string html, string preheader = "", IssueState state = IssueState.Sent)
    {
        var id = await Given.Draft(subject);
        await using var db = App.OpenDb();
        var issue = await db.Issues.SingleAsync(issue => issue.Id == id);
        db.Entry(issue).Property(row => row.State).CurrentValue = state;
        (issue.SendStartedAt, issue.SentAt, issue.Preheader) = (Clock.GetUtcNow(), Clock.GetUtcNow(), preheader);
        db.Add(new Edition
        {
            IssueId = id,
            Revision = 1,
            Subject = subject,
            MailHtml = "",
            MailText = "",
            WebHtml = html,
            MessageIdSeed = new byte[32],
            From = "news@sender.test",
            RenderedAt = Clock.GetUtcNow()
        });
        await db.SaveChangesAsync();
        return issue.Slug;
    }
}
