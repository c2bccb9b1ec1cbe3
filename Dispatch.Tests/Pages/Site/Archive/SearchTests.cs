using AngleSharp.Html.Parser;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Site.Archive;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SearchTests(Provider provider) : DispatchTest(provider)
{
    private const string Page = "/newsletters/china-in-eurasia/search";

    [Test]
    public async Task An_issue_is_found_by_a_word_of_its_text_and_shown_around_it()
    {
        await SendAsync("From the steppe", "A road is being built.\n\nNobody in **Tor**ugart has asked for it, and the drivers wait.");
        await SendAsync("Another", "Nothing of that.");
        var page = await SearchAsync("torugart drivers");
        Assert.That(page.Subjects, Is.EqualTo(new[] { "From the steppe" }));
        Assert.That(page.Html, Does.Contain("Nobody in <mark>Torugart</mark> has asked for it, and the <mark>drivers</mark> wait."));
        Assert.That(page.Html, Does.Contain("1 issue found").And.Contain("<meta name=\"robots\" content=\"noindex\">"));
    }

    [Test]
    public async Task The_marks_of_footnotes_are_not_in_the_excerpt()
    {
        await SendAsync("From the steppe", "It denies this.[^a][^b] A road is built.\n\n[^a]: On Monday.\n\n[^b]: And again.");
        var page = await SearchAsync("denies");
        Assert.That(page.Html, Does.Contain("It <mark>denies</mark> this. A road is built. On Monday. And again."));
    }

    [Test]
    public async Task Two_Chinese_characters_are_found_within_a_sentence()
    {
        await SendAsync("新闻", "中国在欧亚的影响正在扩大。");
        var page = await SearchAsync("欧亚");
        Assert.That(page.Subjects, Is.EqualTo(new[] { "新闻" }));
        Assert.That(page.Html, Does.Contain("中国在<mark>欧亚</mark>的影响"));
        Assert.That((await SearchAsync("中欧")).Subjects, Is.Empty);
    }

    [Test]
    public async Task A_word_of_the_subject_weighs_more_than_one_of_the_text()
    {
        await SendAsync("A bottleneck at Torugart", "The border.");
        await SendAsync("Later news", "A bottleneck here, a bottleneck there.");
        Assert.That((await SearchAsync("bottleneck")).Subjects, Is.EqualTo(new[] { "A bottleneck at Torugart", "Later news" }));
    }

    [Test]
    public async Task What_was_withdrawn_or_kept_off_the_archive_or_not_sent_is_never_found()
    {
        var (withdrawn, unlisted) = (await SendAsync("Withdrawn steppe", "Text."), await SendAsync("Unlisted steppe", "Text."));
        await Given.Draft("A draft of the steppe");
        await using (var db = App.OpenDb())
        {
            await db.Issues.Where(issue => issue.Id == withdrawn)
                .ExecuteUpdateAsync(set => set.SetProperty(issue => issue.State, IssueState.Cancelled));
            await db.Issues.Where(issue => issue.Id == unlisted).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Archived, false));
        }
        Assert.That((await SearchAsync("steppe")).Subjects, Is.Empty);
    }

    [Test]
    public async Task Issues_from_before_there_was_a_search_are_indexed_once()
    {
        await SendAsync("From the steppe", "A road.");
        await using (var db = App.OpenDb())
        {
            await db.SearchTexts.ExecuteDeleteAsync();
            await db.SearchTerms.ExecuteDeleteAsync();
        }
        Assert.That((await SearchAsync("steppe")).Subjects, Is.Empty);
        await IndexAsync();
        await IndexAsync();
        Assert.That((await SearchAsync("steppe")).Subjects, Is.EqualTo(new[] { "From the steppe" }));
    }

    [Test]
    public async Task More_results_than_fit_are_on_further_pages()
    {
        await SendAsync("First", "A road.");
        var newsletter = await Given.Newsletter();
        await using (var db = App.OpenDb())
        {
            for (var number = 1; number <= ArchiveSearch.PageSize; number++)
            {
                var issue = new Issue
                {
                    NewsletterId = newsletter.Id,
                    Slug = $"old-{number}",
                    Subject = $"Old {number}",
                    CreatedAt = Start,
                    UpdatedAt = Start,
                    SendStartedAt = Start.AddDays(-number),
                    State = IssueState.Sent,
                };
                db.Add(issue);
                await db.SaveChangesAsync();
                db.Add(new Edition
                {
                    IssueId = issue.Id,
                    Subject = issue.Subject,
                    MailHtml = "",
                    MailText = "",
                    WebHtml = "<p>A road.</p>",
                    MessageIdSeed = [],
                });
            }
            await db.SaveChangesAsync();
        }
        await App.In<ArchiveSearch, bool>(async search =>
        {
            await search.CatchUpAsync(CancellationToken.None);
            return true;
        });
        var first = await SearchAsync("road");
        Assert.That(first.Subjects, Has.Length.EqualTo(ArchiveSearch.PageSize));
        Assert.That(first.Html, Does.Contain("21 issues found").And.Contain(
            $"<a href=\"{Page}?q=road&amp;p=2\" rel=\"next\">More results</a>"));
        Assert.That((await SearchAsync("road&p=2")).Subjects, Is.EqualTo(new[] { "Old 20" }));
    }

    [TestCase("")]
    [TestCase("?q=")]
    [TestCase("?q=%FF%C3")]
    [TestCase("?q=%27%22%3Cscript%3E&p=-1")]
    [TestCase("?q=x&p=99999999999")]
    public async Task Any_query_gets_the_page(string query)
    {
        var answer = await App.Http.GetAsync(Page + query);
        Assert.That((int)answer.StatusCode, Is.EqualTo(200));
        var html = await answer.Content.ReadAsStringAsync();
        Assert.That(html, Does.Contain(
            "<form method=\"get\" action=\"/newsletters/china-in-eurasia/search\" role=\"search\"").And.Not.Contain("<script"));
        Assert.That(answer.Headers.CacheControl!.NoStore);
    }

    [Test]
    public async Task The_form_keeps_the_chosen_language() => Assert.That(
        await App.Http.GetStringAsync(Page + "?lang=de"),
        Does.Contain("<input type=\"hidden\" name=\"lang\" value=\"de\">").And.Contain("Alle Ausgaben durchsuchen"));

    private async Task<int> SendAsync(string subject, string body)
    {
        var issue = await Given.IssueDueNow(subject, body);
        await App.FanOut(issue);
        await IndexAsync();
        return issue;
    }

    // As the job of each minute does.
    private Task<bool> IndexAsync() => App.In<ArchiveSearch, bool>(async search =>
    {
        await search.CatchUpAsync(CancellationToken.None);
        return true;
    });

    private async Task<(string Html, string[] Subjects)> SearchAsync(string query)
    {
        var html = await App.Http.GetStringAsync($"{Page}?q={(query.Contains('&') ? query : Uri.EscapeDataString(query))}");
        return (html,
            [.. new HtmlParser().ParseDocument(html).QuerySelectorAll(".contents li > a").Select(link => link.TextContent)]);
    }
}
