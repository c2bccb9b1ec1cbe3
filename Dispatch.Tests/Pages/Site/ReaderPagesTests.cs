using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages.Site;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReaderPagesTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Public_pages_are_compressed_and_those_that_know_a_reader_are_not()
    {
        var ana = await Given.ConfirmedSubscriber("ana@example.com");
        var fresh = await Reader.OneTimePreferencesPath(ana);
        string[] paths = ["/", "/newsletters/china-in-eurasia", "/newsletters/china-in-eurasia/archive", "/privacy",
            Reader.UnsubscribePath(ana), Reader.PreferencesPath(ana), fresh];
        var encodings = new List<string>();
        foreach (var path in paths)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Accept-Encoding", "gzip, br" } } };
            encodings.Add(string.Join(',', (await App.Http.SendAsync(request)).Content.Headers.ContentEncoding));
        }
        Assert.That(encodings, Is.EqualTo(new[] { "br", "br", "br", "br", "", "", "" }));
    }

    [Test]
    public async Task Every_reader_page_has_the_strict_headers_and_no_cookie()
    {
        var tokens = App.Services.GetRequiredService<LinkTokens>();
        string[] open = ["/", "/subscribe", "/newsletters/china-in-eurasia", "/newsletters/china-in-eurasia/archive", "/nonesuch"];
        string[] byToken = [$"/unsubscribe/{tokens.Make(LinkKind.Unsubscribe, 1, 1)}",
            $"/preferences/{tokens.Make(LinkKind.Preferences, 1, 1)}", "/confirm/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
        foreach (var path in open.Concat(byToken))
        {
            var answer = await App.Http.GetAsync(path);
            Assert.Multiple(() =>
            {
                Assert.That(answer.Headers.GetValues("Referrer-Policy").Single(), Is.EqualTo("no-referrer"), path);
                Assert.That(answer.Headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"), path);
                Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'").And.Contain(
                    "frame-ancestors 'none'").And.Not.Contain("script-src").And.Not.Contain("unsafe"), path);
                Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False, path);
                if (byToken.Contains(path))
                    Assert.That(answer.Headers.CacheControl?.NoStore, Is.True, path);
            });
        }
    }

    [Test]
    public async Task The_first_page_says_when_the_next_issue_comes_and_offers_the_form()
    {
        var page = await PageAsync("/");
        Assert.That(page, Does.Contain("Wednesday, December 2, 2026").And.Contain("Prague time").And.Contain(
            "action=\"/subscribe\"").And.Contain("name=\"email\""));
        Assert.That(page, Does.Contain("<html lang=\"en\" dir=\"ltr\">").And.Contain("<title>"));
        Assert.That(page, Does.Not.Contain("<script").And.Not.Contain("style=\""));
    }

    [Test]
    public async Task A_site_with_several_newsletters_lists_them_and_lets_the_reader_choose()
    {
        await Given.Newsletter("weekly");
        var page = await PageAsync("/");
        Assert.That(page,
            Does.Contain("href=\"/newsletters/weekly\"").And.Contain("type=\"checkbox\" name=\"newsletter\" value=\"weekly\""));
        Assert.That(await PageAsync("/newsletters/weekly"), Does.Contain("type=\"hidden\" name=\"newsletter\" value=\"weekly\""));
    }

    [TestCase("/nonesuch")]
    [TestCase("/newsletters/nonesuch")]
    [TestCase("/newsletters/nonesuch/archive")]
    [TestCase("/newsletters/china-in-eurasia/issues/nonesuch")]
    public async Task A_page_that_does_not_exist_gets_one_that_says_so(string path)
    {
        var answer = await App.Http.GetAsync(path);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("<h1>Page not found</h1>").And.Contain("dispatch"));
    }

    [Test]
    public async Task When_the_database_fails_the_page_says_so_and_shows_nothing_of_the_inside()
    {
        await using (var db = App.OpenDb())
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE \"Newsletters\" RENAME TO \"Elsewhere\"");
        var answer = await App.Http.GetAsync("/");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(page, Does.Contain("right now</h1>").And.Not.Contain("Newsletters").And.Not.Contain("   at "));
        Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
    }

    [Test]
    public async Task The_stylesheet_is_there_for_every_page()
    {
        var page = await PageAsync("/");
        var path = page.Split("<link rel=\"stylesheet\" href=\"")[1].Split('"')[0];
        var css = await App.Http.GetAsync(path);
        Assert.That(css.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(css.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/css"));
    }

    private async Task<string> PageAsync(string path) =>
        await (await App.Http.GetAsync(path)).EnsureSuccessStatusCode().Content.ReadAsStringAsync();
}
