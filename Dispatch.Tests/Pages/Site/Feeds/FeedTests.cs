using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Site.Feeds;

[TestFixture(Provider.Sqlite)]
public class FeedTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/newsletters/china-in-eurasia";

    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    [Test]
    public async Task The_Atom_feed_has_what_RFC_4287_asks_for_and_the_whole_text()
    {
        await App.FanOut(await Given.IssueDueNow("A road & a river", "It is *long* & narrow."));
        var answer = await App.Http.GetAsync($"{Home}/feed.xml");
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/atom+xml; charset=utf-8"));
        var feed = XDocument.Parse(await answer.Content.ReadAsStringAsync()).Root!;
        var entry = feed.Elements(Atom + "entry").Single();
        Assert.Multiple(() =>
        {
            foreach (var (parent, name) in new[] { (feed, "id"), (feed, "title"), (feed, "updated"), (feed, "author"),
                (entry, "id"), (entry, "title"), (entry, "updated"), (entry, "published"), (entry, "author"), (entry, "content") })
                Assert.That(parent.Elements(Atom + name).Count(), Is.EqualTo(1), name);
            Assert.That(Uri.IsWellFormedUriString(feed.Element(Atom + "id")!.Value, UriKind.Absolute));
            Assert.That(feed.Elements(Atom + "link").Select(link => ((string)link.Attribute("rel")!, (string)link.Attribute("href")!)),
                Is.EquivalentTo(new[] { ("self", $"http://localhost{Home}/feed.xml"), ("alternate", $"http://localhost{Home}") }));
            Assert.That(entry.Element(Atom + "title")!.Value, Is.EqualTo("A road & a river"));
            Assert.That((string)entry.Element(Atom + "content")!.Attribute("type")!, Is.EqualTo("html"));
            Assert.That(entry.Element(Atom + "content")!.Value, Does.Contain("<p>It is <em>long</em> &amp; narrow.</p>"));
            Assert.That((string)entry.Element(Atom + "link")!.Attribute("href")!, Does.StartWith($"http://localhost{Home}/issues/"));
        });
    }

    [Test]
    public async Task The_JSON_feed_says_the_same()
    {
        await App.FanOut(await Given.IssueDueNow("Дорога", "Она длинная."));
        var answer = await App.Http.GetAsync($"{Home}/feed.json");
        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo("application/feed+json"));
        var feed = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
        var item = feed.GetProperty("items").EnumerateArray().Single();
        Assert.Multiple(() =>
        {
            Assert.That(feed.GetProperty("version").GetString(), Is.EqualTo("https://jsonfeed.org/version/1.1"));
            Assert.That(feed.GetProperty("feed_url").GetString(), Is.EqualTo($"http://localhost{Home}/feed.json"));
            Assert.That(item.GetProperty("title").GetString(), Is.EqualTo("Дорога"));
            Assert.That(item.GetProperty("content_html").GetString(), Does.Contain("<p>Она длинная.</p>"));
            Assert.That(item.GetProperty("date_published").GetDateTimeOffset(), Is.EqualTo(Clock.GetUtcNow()));
            Assert.That(Uri.IsWellFormedUriString(item.GetProperty("id").GetString(), UriKind.Absolute));
            Assert.That(item.GetProperty("url").GetString(), Does.Match("^[!-~]+$"), "a slug of other letters, too");
        });
    }

    [TestCase("feed.xml")]
    [TestCase("feed.json")]
    public async Task A_program_that_asks_again_is_told_that_nothing_has_changed(string file)
    {
        await App.FanOut(await Given.IssueDueNow());
        var first = await App.Http.GetAsync($"{Home}/{file}");
        Assert.That(first.Content.Headers.LastModified, Is.EqualTo(Clock.GetUtcNow()).Within(TimeSpan.FromSeconds(1)));
        foreach (var (header, value) in new[] { ("If-None-Match", first.Headers.ETag!.ToString()),
            ("If-Modified-Since", first.Content.Headers.LastModified!.Value.ToString("R")) })
        {
            using var again = new HttpRequestMessage(HttpMethod.Get, $"{Home}/{file}");
            again.Headers.Add(header, value);
            Assert.That((await App.Http.SendAsync(again)).StatusCode, Is.EqualTo(HttpStatusCode.NotModified), header);
        }
        Clock.Advance(TimeSpan.FromDays(14));
        await App.FanOut(await Given.IssueDueNow("The next one"));
        using var changed = new HttpRequestMessage(HttpMethod.Get, $"{Home}/{file}");
        changed.Headers.Add("If-None-Match", first.Headers.ETag!.ToString());
        Assert.That(await (await App.Http.SendAsync(changed)).Content.ReadAsStringAsync(), Does.Contain("The next one"));
    }

    [Test]
    public async Task Pictures_have_whole_addresses_and_drafts_are_not_in_it()
    {
        var id = await Given.IssueDueNow("Pictures");
        await App.FanOut(id);
        await using (var db = App.OpenDb())
            await db.Editions.ExecuteUpdateAsync(set =>
                set.SetProperty(edition => edition.WebHtml, "<img src=\"https://old.example/media/abc-1200.jpg\" alt=\"\">"));
        await Given.Draft("Not yet");
        foreach (var file in new[] { "feed.xml", "feed.json" })
        {
            var feed = await App.Http.GetStringAsync($"{Home}/{file}");
            Assert.That(feed,
                Does.Contain("http://localhost/media/abc-1200.jpg").And.Not.Contain("old.example").And.Not.Contain("Not yet"));
        }
        Assert.That((await App.Http.GetAsync("/newsletters/nonesuch/feed.xml")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task A_strict_reader_finds_nothing_wrong_with_the_feeds_of_difficult_articles()
    {
        const string article = "A[^1] *road*: <https://example.org/a?b=1&c=2>, [mail](mailto:a@example.org?subject=A%20b), "
            + "[own](/privacy).\n\n## 路 & «дорога» ]]>\n\n| a | n |\n|---|---|\n| x | 1 |\n\n- [x] `</script>`\n\n> سلام"
            + "\n\n[^1]: A note.\n\n    Two.";
        var corpus = Shared.FolderIfAny("corpora/articles") is { } folder
            ? Directory.GetFiles(folder, "*.md").Where(file => !file.EndsWith("README.md", StringComparison.Ordinal)).Order().TakeLast(18)
                .Select(File.ReadAllText).Select(file => file[(file.IndexOf("\n---\n", StringComparison.Ordinal) + 1)..]) : [];
        var articles = corpus.Prepend(article).Append("![A bridge](photos/bridge.jpg \"Мост & <b> | AFP\")").ToList();
        foreach (var (at, body) in articles.Index())
        {
            var id = await Given.IssueDueNow($"Дорога & \"road\" <b>]]> {at}");
            await App.FanOut(id);
            var html = IssueMarkdown.Render(body, new Dictionary<string, IssuePhoto>
            {
                ["photos/bridge.jpg"] = new("photos/bridge.jpg", "http://localhost/media/a-1200.jpg", 1200, 800)
                {
                    Narrow = ("http://localhost/media/a-600.jpg", 600),
                    WebP = [("http://localhost/media/a.webp", 1200)],
                },
            }, new Uri("http://localhost/")).WebHtml;
            await using var db = App.OpenDb();
            await db.Editions.Where(edition => edition.IssueId == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.WebHtml, html));
            await db.Issues.Where(issue => issue.Id == id).ExecuteUpdateAsync(set => set.SetProperty(one => one.Byline, "Анна & Ли Вэй"));
        }
        var (atom, json) = (await App.Http.GetStringAsync($"{Home}/feed.xml"), await App.Http.GetStringAsync($"{Home}/feed.json"));
        Assert.That(FeedRules.BrokenInAtom(atom), Is.Empty);
        Assert.That(FeedRules.BrokenInJson(json), Is.Empty);
        Assert.That(XDocument.Parse(atom).Root!.Elements(Atom + "entry").Count(), Is.EqualTo(articles.Count));
    }

    [Test]
    public void The_strict_reader_notices_what_is_wrong()
    {
        Assert.That(FeedRules.BrokenInAtom(
            "<feed xmlns='http://www.w3.org/2005/Atom'><id>x y</id><title/><updated>2026-1-1</updated><entry><id>tag:a,2026:1</id>"
            + "<content type='html'>&lt;a href='/x' onclick='y'&gt;&lt;/a&gt;</content></entry></feed>"),
            Has.Count.GreaterThanOrEqualTo(9));
        Assert.That(FeedRules.BrokenInJson(
            """{"version":"1","items":[{"id":"1","date_published":"today","url":"/x","author":{}},{"id":"1"}]}"""),
            Has.Count.GreaterThanOrEqualTo(8));
    }

    [TestCase("/feed")]
    [TestCase("/rss")]
    [TestCase($"{Home}/feed")]
    [TestCase($"{Home}/rss")]
    public async Task Who_guesses_a_feeds_address_finds_it(string path)
    {
        var answer = await App.Http.GetAsync(path);
        Assert.That((int)answer.StatusCode, Is.EqualTo(302).Or.EqualTo(301));
        Assert.That(answer.Headers.Location!.OriginalString, Is.EqualTo($"{Home}/feed.xml"));
    }

    [Test]
    public async Task Pages_lead_to_the_feeds()
    {
        foreach (var path in new[] { "/", Home, $"{Home}/archive" })
            Assert.That(await App.Http.GetStringAsync(path),
                Does.Contain($"<link rel=\"alternate\" type=\"application/atom+xml\" href=\"{Home}/feed.xml\""), path);
    }
}
