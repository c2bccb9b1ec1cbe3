using System.Xml.Linq;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite)]
public class SitemapTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task It_names_what_anybody_may_find_and_nothing_else()
    {
        await App.FanOut(await Given.IssueDueNow("Listed"));
        await Given.Draft("Not yet");
        var unlisted = await Given.IssueDueNow("For readers only");
        await using (var db = App.OpenDb())
            await db.Issues.Where(issue => issue.Id == unlisted).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Archived, false));
        await App.FanOut(unlisted);
        var answer = await App.Http.GetAsync("/sitemap.xml");
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/xml"));
        XNamespace map = "http://www.sitemaps.org/schemas/sitemap/0.9";
        var pages = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!.Elements(map + "url")
            .Select(url => (url.Element(map + "loc")!.Value, url.Element(map + "lastmod")?.Value)).ToList();
        const string home = "http://localhost/newsletters/china-in-eurasia";
        Assert.That(pages, Has.Count.EqualTo(3));
        Assert.That(pages.Take(2), Is.EqualTo(new[] { (home, "2026-11-24T09:00:00Z"), ($"{home}/archive", "2026-11-24T09:00:00Z") }));
        Assert.That(pages[2].Item1, Does.StartWith($"{home}/issues/"));
        Assert.That(pages[2].Item2, Is.EqualTo("2026-11-24T09:00:00Z"));
    }

    [Test]
    public async Task A_correction_is_a_change()
    {
        var issue = await Given.IssueDueNow("Listed");
        await App.FanOut(issue);
        Clock.Advance(TimeSpan.FromDays(2));
        (await (await ApiCaller.With(App)).Post($"/issues/{issue}/corrections", new { text = "It was so." })).Is(201);
        Assert.That(await App.Http.GetStringAsync("/sitemap.xml"), Does.Contain("<lastmod>2026-11-26T09:00:00Z</lastmod></url></urlset>"));
    }

    [Test]
    public async Task The_news_sitemap_names_the_issues_of_the_last_two_days()
    {
        await App.FanOut(await Given.IssueDueNow("Of Tuesday & Wednesday"));
        XNamespace news = "http://www.google.com/schemas/sitemap-news/0.9";
        var map = XDocument.Parse(await App.Http.GetStringAsync("/news-sitemap.xml"));
        var one = map.Descendants(news + "news").Single();
        Assert.That(one.Descendants().Where(element => !element.HasElements).Select(element => (element.Name.LocalName, element.Value)),
            Is.EqualTo(new[] { ("name", "China In Eurasia"), ("language", "en"), ("publication_date", "2026-11-24T09:00:00Z"),
                ("title", "Of Tuesday & Wednesday") }));
        Clock.Advance(TimeSpan.FromHours(49));
        Assert.That(await App.Http.GetStringAsync("/news-sitemap.xml"), Does.Not.Contain("Tuesday"));
    }

    [Test]
    public async Task Robots_are_told_of_both_and_sent_away_from_the_desk() =>
        Assert.That(await App.Http.GetStringAsync("/robots.txt"), Is.EqualTo("User-agent: *\nDisallow: /desk\nDisallow: /ops\n\n"
            + "Sitemap: http://localhost/sitemap.xml\nSitemap: http://localhost/news-sitemap.xml\n"));

    [Test]
    public async Task Security_txt_says_where_to_report_and_has_not_expired()
    {
        var answer = await App.Http.GetAsync("/.well-known/security.txt");
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/plain; charset=utf-8"));
        var lines = (await answer.Content.ReadAsStringAsync()).Split('\n');
        Assert.That(lines, Does.Contain("Contact: http://localhost/privacy#responsible"));
        var expires = DateTimeOffset.Parse(lines.Single(line => line.StartsWith("Expires: ", StringComparison.Ordinal))[9..],
            System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(expires - Clock.GetUtcNow(), Is.GreaterThan(TimeSpan.FromDays(90)).And.LessThan(TimeSpan.FromDays(366)));
    }

    [TestCase("/favicon.ico", "image/x-icon")]
    [TestCase("/apple-touch-icon.png", "image/png")]
    public async Task Browsers_find_an_icon_where_they_look(string path, string type)
    {
        var answer = await App.Http.GetAsync(path);
        Assert.That(answer.IsSuccessStatusCode);
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(type));
    }

    // The tests' own server never sends the field, so the setting of the real one is looked at.
    [Test]
    public void No_answer_says_which_server_it_is_of() => Assert.That(
        App.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.AddServerHeader, Is.False);
}
