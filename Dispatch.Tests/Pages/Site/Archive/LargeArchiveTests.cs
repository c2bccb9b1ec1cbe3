using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;

namespace Dispatch.Tests.Pages.Site.Archive;

/// <summary>An archive of a thousand issues, and the pages of their authors.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class LargeArchiveTests(Provider provider) : DispatchTest(provider)
{
    private const string Archive = "/newsletters/china-in-eurasia/archive";

    [Test]
    public async Task A_thousand_issues_are_shown_by_year()
    {
        await SendAsync(1000, daysApart: 2);
        var page = await OpenAsync(Archive);
        Assert.That(SubjectsOf(page), Has.Length.InRange(20, 200), "the latest years alone");
        Assert.That(page.Body!.TextContent, Does.Contain("1,000 issues"));
        var years = page.QuerySelectorAll(".years a").Select(link => (Address: link.GetAttribute("href")!, link.TextContent)).ToList();
        Assert.That(years.Select(year => year.TextContent.Split(' ')[0]),
            Is.EqualTo(new[] { "2026", "2025", "2024", "2023", "2022", "2021" }));
        var all = new List<string>();
        foreach (var (address, words) in years)
        {
            var subjects = SubjectsOf(await OpenAsync(address));
            Assert.That(words, Does.EndWith($" {subjects.Length}"));
            all.AddRange(subjects);
        }
        Assert.That(all, Is.EqualTo(Enumerable.Range(0, 1000).Select(number => $"Issue {number}")), "each is in one year, in order");
        Assert.That((int)(await App.Http.GetAsync($"{Archive}/2019")).StatusCode, Is.EqualTo(404));
        Assert.That((int)(await App.Http.GetAsync($"{Archive}/99999")).StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task An_issue_of_New_Years_Eve_belongs_to_the_year_of_its_newsletters_zone()
    {
        await SendAsync(1, 1, new DateTimeOffset(2025, 12, 31, 23, 30, 0, TimeSpan.Zero)); // half past midnight in Prague
        Assert.That(SubjectsOf(await OpenAsync($"{Archive}/2026")), Has.Length.EqualTo(1));
        Assert.That((int)(await App.Http.GetAsync($"{Archive}/2025")).StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_small_archive_is_on_one_page()
    {
        await SendAsync(10, daysApart: 100);
        var page = await OpenAsync(Archive);
        Assert.That(SubjectsOf(page), Has.Length.EqualTo(10));
        Assert.That(page.QuerySelectorAll(".years"), Is.Empty);
    }

    [Test]
    public async Task An_author_has_a_page_with_the_issues_that_name_the_author()
    {
        await SendAsync(3, daysApart: 1);
        var issue = await OpenAsync("/newsletters/china-in-eurasia/issues/issue-1");
        var authors = issue.QuerySelectorAll(".byline [itemprop=author] a")
            .Select(link => (link.TextContent, link.GetAttribute("href"))).ToList();
        Assert.That(authors, Is.EqualTo(new[] { ("Ana Novak", "/newsletters/china-in-eurasia/authors/ana-novak"),
            ("B. Reid", "/newsletters/china-in-eurasia/authors/b-reid") }));
        Assert.That(issue.QuerySelector(".byline .authors")!.TextContent, Is.EqualTo("Ana Novak and B. Reid"));
        var page = await OpenAsync(authors[0].Item2!);
        Assert.That((page.Title, SubjectsOf(page)), Is.EqualTo(("Issues by Ana Novak – China In Eurasia", new[] { "Issue 1" })));
        Assert.That(SubjectsOf(await OpenAsync(authors[1].Item2!)), Is.EqualTo(new[] { "Issue 0", "Issue 1", "Issue 2" }));
        Assert.That((int)(await App.Http.GetAsync("/newsletters/china-in-eurasia/authors/nobody")).StatusCode, Is.EqualTo(404));
    }

    private static string[] SubjectsOf(IHtmlDocument page) =>
        [.. page.QuerySelectorAll(".contents li > a").Select(link => link.TextContent)];

    private async Task<IHtmlDocument> OpenAsync(string path) => new HtmlParser().ParseDocument(await App.Http.GetStringAsync(path));

    // Number 0 is the latest.
    private async Task SendAsync(int count, int daysApart, DateTimeOffset? latest = null)
    {
        var newsletter = await Given.Newsletter();
        await using var db = App.OpenDb();
        db.ChangeTracker.AutoDetectChangesEnabled = false;
        var issues = Enumerable.Range(0, count).Select(number => new Issue
        {
            NewsletterId = newsletter.Id,
            Slug = $"issue-{number}",
            Subject = $"Issue {number}",
            Byline = number == 1 ? "By Ana Novak and B. Reid" : "B. Reid",
            CreatedAt = Start,
            UpdatedAt = Start,
            SendStartedAt = (latest ?? Start).AddDays(-number * daysApart),
            State = IssueState.Sent,
        }).ToList();
        db.AddRange(issues);
        await db.SaveChangesAsync();
        db.AddRange(issues.Select(issue => new Edition
        {
            IssueId = issue.Id,
            Subject = issue.Subject,
            MailHtml = "",
            MailText = "",
            WebHtml = "<p>Text.</p>",
            MessageIdSeed = [],
            RenderedAt = Start,
        }));
        await db.SaveChangesAsync();
    }
}
