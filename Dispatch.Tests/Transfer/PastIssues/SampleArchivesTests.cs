using System.Globalization;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>Made-up archives in the formats of other systems, and what each entry must become (<c>expected-archives.tsv</c>).</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SampleArchivesTests(Provider provider) : PastIssueTest(provider)
{
    private static readonly string[] Archives =
        ["substack-export.zip", "substack-export", "ghost", "buttondown-emails.zip", "frontmatter", "listmonk/campaigns.json"];

    [TestCaseSource(nameof(Archives))]
    public async Task Each_entry_becomes_what_it_says_and_nobody_is_mailed(string archive)
    {
        await Given.ConfirmedSubscriber("ana@example.com");
        var expected = Rows(archive.Split('/', '.')[0] is "buttondown-emails" ? "buttondown" : archive.Split('/', '.')[0]);
        var report = await Imports(Sample(archive));

        await using var db = App.OpenDb();
        var issues = await db.Issues.AsNoTracking().ToListAsync();
        foreach (var row in expected.Where(row => row.State is not ("skip" or "never read")))
            IsAsExpected(row, issues);
        Assert.That(issues, Has.Count.EqualTo(expected.Count(row => row.State is not ("skip" or "never read"))), "nothing else was taken");
        Assert.That(report.Count(PastImportFate.Skipped), Is.EqualTo(expected.Count(row => row.State == "skip")));
        Assert.That(report.Count(PastImportFate.Refused), Is.Zero);

        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromDays(60));
        foreach (var issue in issues.Where(issue => issue.State is IssueState.Sent))
            Assert.That((await (await ApiCaller.With(App)).Post($"/issues/{issue.Id}/send")).Why(409),
                Does.Contain($"first sent with {issue.FirstSentWith}"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That((await db.Deliveries.CountAsync(), await db.Set<SubscriberMail>().CountAsync()), Is.EqualTo((0, 0)));
    }

    [TestCaseSource(nameof(Archives))]
    public async Task A_second_run_changes_nothing_and_says_so(string archive)
    {
        var first = (await Imports(Sample(archive))).Result;
        await using var db = App.OpenDb();
        async Task<string> State() => string.Join('\n', await db.Issues.AsNoTracking().OrderBy(issue => issue.Id)
            .Select(issue => $"{issue.Id} {issue.Slug} {issue.State} {issue.Revision} {issue.Decision} {issue.Body}").ToListAsync());
        var before = await State();
        var again = (await Imports(Sample(archive))).Result;
        Assert.That(await State(), Is.EqualTo(before));
        Assert.That(again, Is.EqualTo(first with
        {
            Published = 0,
            OffArchive = 0,
            HeldBack = 0,
            Drafts = 0,
            Redirects = 0,
            Unchanged = first.Published + first.OffArchive + first.HeldBack + first.Drafts,
        }));
    }

    [TestCaseSource(nameof(Archives))]
    public async Task A_dry_run_says_the_same_and_stores_nothing(string archive)
    {
        var dry = await Imports(Sample(archive), new() { IsDry = true });
        await using (var db = App.OpenDb())
            Assert.That((await db.Issues.CountAsync(), await db.ImportedIssues.CountAsync(), await db.Audit.CountAsync(entry =>
                entry.Action.StartsWith("issue"))), Is.EqualTo((0, 0, 0)));
        var real = await Imports(Sample(archive));
        Assert.That(dry.Result with { Redirects = 0 }, Is.EqualTo(real.Result with { Redirects = 0 }));
        Assert.That(dry.Lines.Select(line => (line.Fate, line.Entry, line.Subject, line.Day)),
            Is.EqualTo(real.Lines.Select(line => (line.Fate, line.Entry, line.Subject, line.Day))));
    }

    [Test]
    public async Task Who_opened_what_is_never_read_stored_or_said()
    {
        var report = await Imports(Sample("substack-export.zip"));
        Assert.That(report.AboutReaders, Is.EqualTo(3));
        await using var db = App.OpenDb();
        var kept = string.Join('\n', await db.Issues.Select(issue => issue.Body).ToListAsync())
            + string.Join('\n', await db.Audit.Select(entry => $"{entry.Action} {entry.Target} {entry.Detail}").ToListAsync())
            + string.Join('\n', report.Lines.SelectMany(line => line.Remarks));
        Assert.That(kept, Does.Not.Contain("@example").And.Not.Contain("Praha"));
        Assert.That(await db.Audit.Where(entry => entry.Action == "issues.imported").Select(entry => $"{entry.Actor}: {entry.Detail}")
            .SingleAsync(), Is.EqualTo("command line: substack: 1 published, 0 off the archive, 1 held back, 1 draft, 0 known, "
            + "0 refused"));
    }

    [Test]
    public async Task Substack_posts_become_our_Markdown_without_boxes_and_without_what_is_below_the_paywall()
    {
        var report = await Imports(Sample("substack-export.zip"));
        var road = await Issue("the-road");
        Assert.That(road.Body, Is.EqualTo("""
            *A letter on roads, dams and debts.*

            ## The road

            Nobody has asked for it.[^1]

            ![A lorry on a mountain road](photos/00000000-0000-4000-8000-000000000001-1200x800.jpeg "The pass in March. | Invented Agency")

            > “It was there before us,” she said.

            - First point
            - Second point

            [^1]: Minutes of the council, 3 May.

            """.ReplaceLineEndings("\n")));
        Assert.That(road.Preheader, Is.EqualTo("On roads, dams & debts"));
        Assert.That(report.Lines.Single(line => line.Fate is PastImportFate.Published).Remarks, Is.EqualTo(new[]
        {
            "The text below its paywall is for paying readers: it is kept in the first revision, and isn't in the archive.",
            "Left out: boxes for subscribing, buttons for subscribing and sharing.",
            "Picture missing, https://substack-post-media.s3.amazonaws.com/public/images/00000000-0000-4000-8000-000000000001_1200x800.jpeg"
                + ": to fetch it, use --fetch-pictures.",
        }));
        var page = await Page("the-road");
        Assert.That(page, Does.Not.Contain("For paying readers only").And.Not.Contain("Photo missing").And.Contain("Invented Agency"));
        await using var db = App.OpenDb();
        Assert.That((await db.IssueRevisions.SingleAsync(row => row.IssueId == road.Id && row.Revision == 1)).Body,
            Does.Contain("For paying readers only."));
    }

    [Test]
    public async Task Ghost_posts_have_their_authors_the_subject_of_the_mail_and_their_cards_as_ours()
    {
        await Imports(Sample("ghost"));
        var road = await Issue("the-road");
        Assert.That((road.Subject, road.Byline, road.Preheader), Is.EqualTo(("A road nobody asked for", "Ada Invented, Ben Invented",
            "On roads, dams & debts")));
        Assert.That(road.Picture, Is.EqualTo("![Cover](photos/cover.jpg \"| Invented Agency\")"));
        Assert.That(road.Body, Is.EqualTo("""
            Nobody has asked for it.

            ![A lorry on a mountain road](photos/pass.jpg "The pass in March. | Invented Agency")

            > [!NOTE]
            > 💡 A note.

            [The report](https://example.org/report)

            """.ReplaceLineEndings("\n")));
        Assert.That(await Page("the-road"), Does.Not.Contain("first_name").And.Not.Contain("track()").And.Not.Contain("Photo missing"));
    }

    [Test]
    public async Task Tags_of_templates_are_listed_and_no_reader_sees_them()
    {
        var report = await Imports(Sample("buttondown-emails.zip"));
        Assert.That((await Issue("the-road")).Body, Does.Contain("Hello friend, .").And.Not.Contain("{{").And.Not.Contain("{%"));
        Assert.That(string.Join('\n', report.Lines.SelectMany(line => line.Remarks)), Does.Contain("{{ subscribe_form }}")
            .And.Contain("{{ subscriber.metadata.name|default:").And.Contain("{% if medium == 'email' %}"));
        Assert.That((await Issue("fancy-quoted")).Body, Does.Contain("Consectetur **bold** and *italic* words.")
            .And.Contain("\"The dam. | Invented Agency\""));
        await Imports(Sample("frontmatter"));
        Assert.That((await Issue("hugo-toml")).Body,
            Is.EqualTo("![A dam](photos/dam.jpg \"The dam | Invented Agency\")\n\nWords.\n"));
        Assert.That((await Issue("the-road-2")).Body, Is.EqualTo("Nobody has *asked* for it.\n"));
        await Imports(Sample("listmonk/campaigns.json"));
        Assert.That((await Issue("the-road-3")).Body, Does.Contain("Hi!").And.Contain("(https://example.org/report)"));
        Assert.That((await Issue("the-dam")).Body, Is.EqualTo("### Hi!\n\nWords. [The dam](https://example.org/dam)\n"));
    }

    [Test]
    public async Task Old_addresses_lead_to_the_issues_that_the_archive_lists()
    {
        await Imports(Sample("ghost"));
        await Imports(Sample("substack-export.zip"));
        using var http = App.NewClient();
        foreach (var (path, leads) in new[]
        {
            ("/the-road/", "/newsletters/china-in-eurasia/issues/the-road"), ("/the-road", "/newsletters/china-in-eurasia/issues/the-road"),
            ("/p/the-road", "/newsletters/china-in-eurasia/issues/the-road-2"), ("/by-mail-only", null), ("/members", null),
            ("/p/only-paid", null), ("/unknown", null),
        })
        {
            using var answer = await http.GetAsync(path);
            Assert.That((answer.StatusCode, answer.Headers.Location?.OriginalString), Is.EqualTo(leads is null
                ? (System.Net.HttpStatusCode.NotFound, (string?)null) : (System.Net.HttpStatusCode.MovedPermanently, leads)), path);
        }
    }

    [Test]
    public async Task A_feed_shows_old_issues_by_their_dates_and_none_as_new_and_the_search_finds_them()
    {
        var before = await Updated();
        await Imports(Sample("ghost"));
        Assert.That(await Updated(), Is.EqualTo(before), "the feed itself has not changed now");
        var feed = await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.xml");
        Assert.That(feed, Does.Contain("<published>2024-05-15T07:00:00Z</published>")
            .And.Contain("<updated>2024-05-15T07:00:00Z</updated>"));
        Assert.That(await App.Http.GetStringAsync("/sitemap.xml"), Does.Contain("<lastmod>2024-05-15T07:00:00Z</lastmod>"));
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/archive"), Does.Contain("A road nobody asked for")
            .And.Contain("datetime=\"2024-05-15\"").And.Not.Contain("By mail only"));
        await App.In<ArchiveSearch, int>(async search =>
        {
            await search.CatchUpAsync(CancellationToken.None);
            return 0;
        });
        Assert.That(await App.Http.GetStringAsync("/newsletters/china-in-eurasia/search?q=asked"), Does.Contain("A road nobody asked for"));

        async Task<string> Updated() => (await App.Http.GetStringAsync("/newsletters/china-in-eurasia/feed.xml"))
            .Split("<updated>")[1].Split('<')[0];
    }

    private static void IsAsExpected(Row row, IReadOnlyList<Issue> issues)
    {
        var title = row.Title.Length > 0 ? row.Title : "(Untitled)";
        var issue = issues.SingleOrDefault(issue => issue.Subject == title && (row.Slug.Length == 0 || issue.Slug == row.Slug));
        Assert.That(issue, Is.Not.Null, $"{row.File}: {title}");
        Assert.That(issue!.Byline, Is.EqualTo(row.Byline), title);
        var isOut = row.State.StartsWith("sent", StringComparison.Ordinal);
        Assert.That((issue.State, issue.Archived, issue.SendStartedAt), Is.EqualTo((isOut ? IssueState.Sent : IssueState.Draft,
            row.State != "sent, not in archive", isOut ? row.At : (DateTimeOffset?)null)), title);
        Assert.That(issue.LastError, row.State == "held back" ? Does.Contain("held back") : Is.Null, title);
        Assert.That(issue.FirstSentWith, isOut ? Is.Not.Null : Is.Null, title);
    }

    private static List<Row> Rows(string folder) =>
        [.. File.ReadLines(Sample("expected-archives.tsv")).Skip(1).Select(line => line.Split('\t'))
            .Where(cells => cells[0].StartsWith(folder, StringComparison.Ordinal))
            .Select(cells => new Row(cells[0], cells[1], cells[2],
                cells[3].Length == 0 ? null : DateTimeOffset.Parse(cells[3], CultureInfo.InvariantCulture), cells[4],
                cells.Length > 5 ? cells[5] : ""))];

    private sealed record Row(string File, string Title, string Slug, DateTimeOffset? At, string State, string Byline);
}
