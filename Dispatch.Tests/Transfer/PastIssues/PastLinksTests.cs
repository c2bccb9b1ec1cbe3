using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Transfer.PastIssues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Transfer.PastIssues;

/// <summary>Links from one past issue to another.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class PastLinksTests(Provider provider) : PastIssueTest(provider)
{
    private static readonly Uri OldSite = new("https://gazeta.example/");

    [Test]
    public async Task A_link_to_another_issue_leads_to_its_page_here_whichever_of_them_comes_first()
    {
        var report = await Imports(Archive(
            ("a.md", Past("a", "[b](https://gazeta.example/p/b?utm=1) [c](/p/c/ \"C\") <https://www.gazeta.example/p/b> "
                + "[whole](https://elsewhere.example/letters/c)")),
            ("b.md", Past("b", "[a](http://gazeta.example/p/a#part)")),
            ("c.md", Past("c", "Words.", "aliases: [https://elsewhere.example/letters/c]"))), new() { OldSite = OldSite });
        Assert.That(report.Result.Links, Is.EqualTo(5));
        Assert.That(await Page("a"), Does.Contain("href=\"http://localhost/newsletters/china-in-eurasia/issues/b\"")
            .And.Contain("href=\"http://localhost/newsletters/china-in-eurasia/issues/c\"")
            .And.Contain("/newsletters/china-in-eurasia/issues/b</a>")
            .And.Not.Contain("gazeta.example").And.Not.Contain("elsewhere.example"));
        Assert.That(await Page("b"), Does.Contain("href=\"http://localhost/newsletters/china-in-eurasia/issues/a\""));
        await using var db = App.OpenDb();
        Assert.That((await db.IssueRevisions.SingleAsync(row => row.Slug == "b")).Body, Is.EqualTo((await Issue("b")).Body),
            "the editor's text is the page's");
    }

    [TestCase("[x](https://other.example/p/b)", TestName = "{m}: another site has a post of this name")]
    [TestCase("[x](https://gazeta.example/p/draft)", TestName = "{m}: a draft has no page")]
    [TestCase("[x](https://gazeta.example/p/nothing)", TestName = "{m}: there is no such issue")]
    [TestCase("[x](https://gazeta.example/p/b/comments)", TestName = "{m}: below an issue")]
    [TestCase("[x](https://gazeta.example/p/b_(c))", TestName = "{m}: the address goes on")]
    [TestCase("`[x](https://gazeta.example/p/b)`", TestName = "{m}: code")]
    public async Task A_link_to_anything_else_stays(string link)
    {
        await Imports(Archive(("a.md", Past("a", link)), ("b.md", Past("b", "Words.")),
            ("draft.md", Past("draft", "Words.", "draft: true"))), new() { OldSite = OldSite });
        Assert.That((await Issue("a")).Body.Trim(), Is.EqualTo(link));
    }

    [Test]
    public async Task Whoever_did_not_name_the_old_site_is_told_and_may_name_it_later()
    {
        var path = Archive(("a.md", Past("a", "[b](https://gazeta.example/p/b) [x](https://other.example/p/x)")),
            ("b.md", Past("b", "Words.")));
        foreach (var isDry in new[] { true, false })
            Assert.That((await Imports(path, new() { IsDry = isDry })).OtherSites,
                Is.EqualTo(new[] { new OtherSite("https://gazeta.example", 1) }));
        Assert.That(await Page("a"), Does.Contain("href=\"https://gazeta.example/p/b\""));
        var again = await Imports(path, new() { OldSite = OldSite });
        Assert.That((again.Result.Unchanged, again.Result.Links), Is.EqualTo((2, 1)));
        Assert.That(await Page("a"), Does.Contain("href=\"http://localhost/newsletters/china-in-eurasia/issues/b\""));
        Assert.That((await Imports(path, new() { OldSite = OldSite })).Result.Links, Is.Zero);
    }

    private static string Past(string slug, string body, string more = "x: y") =>
        $"---\ntitle: {slug}\nslug: {slug}\ndate: 2024-05-15\nredirect_from: /p/{slug}\n{more}\n---\n{body}\n";
}
