using System.Xml.Linq;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

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
        Assert.That(pages.Take(2), Is.EqualTo(new[] { (home, (string?)null), ($"{home}/archive", null) }));
        Assert.That(pages[2].Item1, Does.StartWith($"{home}/issues/"));
        Assert.That(pages[2].Item2, Is.EqualTo("2026-11-24"));
    }

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
        Assert.That(answer.Headers.Server, Is.Empty);
    }
}
