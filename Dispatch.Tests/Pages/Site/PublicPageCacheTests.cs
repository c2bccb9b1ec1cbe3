using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Api.Pages.Caching;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Pages.Site;

/// <summary>Public pages are cached until something changes. Personal and unpublished pages are never cached.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class PublicPageCacheTests(Provider provider) : DispatchTest(provider)
{
    private const string Home = "/newsletters/china-in-eurasia";

    protected override IEnumerable<(string Key, string Value)> Configure() => [("Subscriptions:MinimumTime", "00:00:02")];

    [TestCase("/")]
    [TestCase(Home)]
    [TestCase(Home + "/archive")]
    [TestCase(Home + "/feed.xml")]
    [TestCase(Home + "/feed.json")]
    [TestCase("/privacy")]
    public async Task A_page_is_kept_until_the_tables_are_looked_at_again(string path)
    {
        await CachedAsync(path);
        await ChangeElsewhereAsync("""UPDATE "Newsletters" SET "Name" = 'Changed elsewhere'""");
        Assert.That(await App.Http.GetStringAsync(path), Does.Contain("China In Eurasia"), "from the cache");
        Clock.Advance(PageMarks.TooOldAfter);
        Assert.That(await App.Http.GetStringAsync(path), Does.Contain("Changed elsewhere").And.Not.Contain("China In Eurasia"));
    }

    [TestCase(Home + "/feed.xml")]
    [TestCase(Home + "/feed.json")]
    [TestCase("/sitemap.xml")]
    [TestCase(Home)]
    public async Task A_HEAD_does_not_empty_the_page_for_everybody(string path)
    {
        for (var time = 0; time < 3; time++)
        {
            using var head = await App.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
            Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(head.Content.Headers.ContentLength, Is.GreaterThan(0), "RFC 9110 §8.6: the length of the page");
        }
        Assert.That(await App.Http.GetByteArrayAsync(path), Is.Not.Empty);
    }

    [Test]
    public async Task An_issue_that_another_process_sends_is_on_every_page_a_moment_later()
    {
        await CachedAsync(Home);
        var issue = await Given.IssueDueNow("Sent elsewhere");
        if (Provider is Provider.Postgres)
            await using (var worker = NewApp())
                await worker.FanOut(issue);
        else
            await App.FanOut(issue); // only one service may use a SQLite file
        Clock.Advance(PageMarks.TooOldAfter);
        foreach (var path in new[] { "/", Home, $"{Home}/archive", $"{Home}/feed.xml", $"{Home}/feed.json" })
            Assert.That(await App.Http.GetStringAsync(path), Does.Contain("Sent elsewhere"), path);
    }

    [Test]
    public async Task What_this_process_commits_is_shown_by_the_very_next_answer()
    {
        await CachedAsync(Home);
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Description, "Updated at once"));
        Assert.That(await App.Http.GetStringAsync(Home), Does.Contain("Updated at once"));
        await App.FanOut(await Given.IssueDueNow("Begun at once"));
        Assert.That(await App.Http.GetStringAsync(Home), Does.Contain("Begun at once"));
        var newsletter = await Given.Newsletter();
        newsletter.Name = "Saved at the desk";
        await App.In<NewsletterDesk, NewsletterOutcome>(desk => desk.EditAsync(newsletter.Slug, newsletter, null, Actor.CommandLine));
        Assert.That(await App.Http.GetStringAsync(Home), Does.Contain("Saved at the desk"));
    }

    [Test]
    public async Task A_change_that_is_rolled_back_or_not_yet_committed_is_not_shown_or_kept()
    {
        await CachedAsync(Home);
        await using var db = App.OpenDb();
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Description, "Not committed"));
            Assert.That(await App.Http.GetStringAsync(Home), Does.Not.Contain("Not committed"));
            await transaction.RollbackAsync();
        }
        Assert.That(await App.Http.GetStringAsync(Home), Does.Not.Contain("Not committed"));
        await using (var transaction = await db.Database.BeginTransactionAsync())
        {
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Description, "Committed later"));
            Assert.That(await App.Http.GetStringAsync(Home), Does.Not.Contain("Committed later"));
            await transaction.CommitAsync();
        }
        Assert.That(await App.Http.GetStringAsync(Home), Does.Contain("Committed later"));
    }

    [Test]
    public async Task The_next_date_changes_when_its_slot_passes_though_nobody_wrote_anything()
    {
        await CachedAsync(Home);
        Assert.That(await App.Http.GetStringAsync(Home), Does.Contain("December 2, 2026"));
        Clock.Advance(TimeSpan.FromDays(9));
        Assert.That(await App.Http.GetStringAsync(Home), Does.Contain("December 16, 2026").And.Not.Contain("December 2, 2026"));
    }

    [Test]
    public async Task A_draft_that_is_saved_drops_no_page()
    {
        await CachedAsync(Home);
        var before = await MarkAsync();
        await Given.Draft("A draft");
        Assert.That(await MarkAsync(), Is.EqualTo(before));
        await App.FanOut(await Given.IssueDueNow());
        Assert.That(await MarkAsync(), Is.Not.EqualTo(before));

        async Task<string> MarkAsync() =>
            (await App.Services.GetRequiredService<PageMarks>().CurrentAsync())!.Of["china-in-eurasia"].Text;
    }

    [Test]
    public async Task The_forms_stamp_is_fresh_on_a_kept_page_and_the_same_for_everybody()
    {
        await CachedAsync(Home);
        var stamps = App.Services.GetRequiredService<FormTimestamps>();
        var first = StampIn(await App.Http.GetStringAsync(Home));
        Assert.That(StampIn(await App.Http.GetStringAsync(Home)), Is.EqualTo(first), "it names nobody");
        Assert.That(stamps.Judge(first), Is.EqualTo(FormTimestampResult.TooSoon));
        Clock.Advance(TimeSpan.FromMinutes(10));
        var later = StampIn(await App.Http.GetStringAsync(Home));
        Assert.That(later, Is.Not.EqualTo(first));
        Assert.That((stamps.Judge(later), stamps.Judge(first)), Is.EqualTo((FormTimestampResult.TooSoon, FormTimestampResult.Good)),
            "a robot that takes the page and sends the form at once is noticed");
        Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.That(stamps.Judge(later), Is.EqualTo(FormTimestampResult.Good));
    }

    [TestCase(Home)]
    [TestCase(Home + "/archive")]
    [TestCase(Home + "/feed.json")]
    public async Task Who_has_a_page_is_told_so_in_any_encoding(string path)
    {
        await CachedAsync(path);
        var tag = await TagAsync(path);
        foreach (var encoding in new[] { "", "gzip", "br", "gzip;q=0, br;q=0", "identity" })
        {
            var again = await GetAsync(path, ("If-None-Match", $"\"other\", {tag}"), ("Accept-Encoding", encoding));
            Assert.That((again.StatusCode, (await again.Content.ReadAsByteArrayAsync()).Length, again.Headers.ETag!.ToString()),
                Is.EqualTo((HttpStatusCode.NotModified, 0, tag)), encoding);
        }
        await App.FanOut(await Given.IssueDueNow());
        Assert.That((await GetAsync(path, ("If-None-Match", tag))).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("gzip, deflate, br", "br")]
    [TestCase("gzip", "gzip")]
    [TestCase("br;q=0, gzip;q=0.5", "gzip")]
    [TestCase("gzip;q=0.000", "")]
    [TestCase("deflate", "")]
    public async Task A_page_is_encoded_as_the_client_can_read_it(string accepted, string encoding)
    {
        await CachedAsync(Home);
        var answer = await GetAsync(Home, ("Accept-Encoding", accepted));
        Assert.That(string.Join(',', answer.Content.Headers.ContentEncoding), Is.EqualTo(encoding));
        Assert.That(answer.Headers.Vary, Does.Contain("Accept-Encoding").And.Contain("Accept-Language"));
        await using var body = await answer.Content.ReadAsStreamAsync();
        using var reader = new StreamReader(encoding switch
        {
            "br" => new System.IO.Compression.BrotliStream(body, System.IO.Compression.CompressionMode.Decompress),
            "gzip" => new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress),
            _ => body,
        });
        Assert.That(StampIn(await reader.ReadToEndAsync()), Is.Not.EqualTo(FinishedPages.StampToCome));
    }

    [Test]
    public async Task HEAD_has_the_headers_of_GET_and_no_body()
    {
        await CachedAsync(Home);
        var get = await GetAsync(Home);
        using var request = new HttpRequestMessage(HttpMethod.Head, Home);
        var head = await App.Http.SendAsync(request);
        Assert.That((head.StatusCode, head.Headers.ETag, head.Content.Headers.ContentLength),
            Is.EqualTo((HttpStatusCode.OK, get.Headers.ETag, get.Content.Headers.ContentLength)));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
    }

    [Test]
    public async Task Each_language_has_its_page_and_nothing_of_another_readers_address_is_in_it()
    {
        await CachedAsync($"{Home}?fbclid=who-passed-it-on&lang=ru");
        foreach (var (accepted, language) in new[] { ("de", "de"), ("ar-EG", "ar"), ("", "en"), ("de", "de") })
            Assert.That(await (await GetAsync(Home, ("Accept-Language", accepted))).Content.ReadAsStringAsync(),
                Does.Contain($"<html lang=\"{language}\""));
        var chosen = await App.Http.GetStringAsync($"{Home}?lang=ru");
        Assert.That(chosen, Does.Contain("<html lang=\"ru\"").And.Contain("action=\"/subscribe?lang=ru\"").And.Not.Contain("fbclid"));
    }

    [Test]
    public async Task A_page_asks_for_no_cookie_and_sets_none_even_beside_a_staff_session()
    {
        await CachedAsync(Home);
        var desk = await SignedIn.As(App, StaffRoles.Correspondent);
        foreach (var client in new[] { App.Http, desk })
        {
            var answer = await client.GetAsync(Home);
            Assert.That(answer.Headers.Contains("Set-Cookie"), Is.False);
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("default-src 'none'"));
        }
    }

    [Test]
    public async Task The_framed_form_may_still_be_framed_when_it_comes_from_the_cache()
    {
        await CachedAsync($"{Home}/form");
        for (var time = 0; time < 2; time++)
            Assert.That((await GetAsync($"{Home}/form")).Headers.GetValues("Content-Security-Policy").Single(),
                Does.Contain("frame-ancestors *"));
        Assert.That((await GetAsync(Home)).Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("frame-ancestors 'none'"));
    }

    [Test]
    public async Task An_unpublished_picture_is_never_kept_for_strangers_and_a_withdrawn_one_is_gone()
    {
        var api = await ApiCaller.With(App);
        var issue = await Given.Draft(body: "![A face](photos/border.jpg)");
        var path = await api.AddPicture(issue, shade: 1);
        var desk = await SignedIn.As(App, StaffRoles.Correspondent);
        for (var time = 0; time < 2; time++)
        {
            Assert.That((await desk.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
        await using (var db = App.OpenDb())
        {
            (await db.FindAsync<Worker.Issues.Issue>(issue))!.ScheduleFor(Clock.GetUtcNow());
            await db.SaveChangesAsync();
        }
        await App.FanOut(issue);
        for (var time = 0; time < 2; time++)
            Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        File.Delete(Folder[$"media/{Path.GetFileName(path)}"]);
        Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [TestCase("/media")]
    [TestCase("/media/")]
    [TestCase("/newsletters/")]
    [TestCase("/newsletters/nonesuch")]
    [TestCase("/newsletters//archive")]
    [TestCase(Home + "/issues/")]
    [TestCase(Home + "/issues/nonesuch")]
    public async Task What_is_not_there_is_not_there_the_second_time_either(string path)
    {
        await CachedAsync(Home);
        for (var time = 0; time < 2; time++)
            Assert.That((await App.Http.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    // Requests the page twice, because a page is cached only after PageMarks has been read.
    private async Task CachedAsync(string path)
    {
        await App.Http.GetStringAsync(path);
        await App.Services.GetRequiredService<PageMarks>().BeginAsync();
        await App.Http.GetStringAsync(path);
    }

    // Changes the database without EF, as if another process did it.
    private async Task ChangeElsewhereAsync(string sql)
    {
        await using var db = App.OpenDb();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    private async Task<string> TagAsync(string path) => (await GetAsync(path)).Headers.ETag!.ToString();

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers.Where(header => header.Value.Length > 0))
            request.Headers.TryAddWithoutValidation(name, value);
        return await App.Http.SendAsync(request);
    }

    private static string StampIn(string page) => Stamp().Match(page) is { Success: true } found ? found.Groups[1].Value
        : throw new AssertionException("expected a form with a stamp");

    [GeneratedRegex("name=\"shown\" value=\"([^\"]+)\"")]
    private static partial Regex Stamp();
}
