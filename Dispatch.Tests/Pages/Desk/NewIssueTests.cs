using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class NewIssueTests(Provider provider) : DispatchTest(provider)
{
    private const string New = "/desk/issues/new";

    [Test]
    public async Task Whoever_goes_back_and_saves_again_writes_on_at_the_same_draft()
    {
        var (desk, form) = await SavedAsync("First.");
        desk.GoBack(form, New);
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road", ["Body"] = "First. Second." });
        Assert.That((desk.Status, desk.Text.Contains("Saved.", StringComparison.Ordinal)), Is.EqualTo((200, true)));
        await using var db = App.OpenDb();
        var issue = await db.Issues.SingleAsync();
        Assert.That((issue.Body, issue.Revision, desk.Path), Is.EqualTo(("First. Second.", 2, $"/desk/issues/{issue.Id}")));
    }

    [Test]
    public async Task What_was_written_since_then_is_not_overwritten_and_nothing_is_lost()
    {
        var (desk, form) = await SavedAsync("First.");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Changed on its own page." });
        desk.GoBack(form, New);
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road", ["Body"] = "Typed after going back." });
        Assert.That(desk.Status, Is.EqualTo(409));
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("Typed after going back."));
        Assert.That(desk.Text, Does.Contain("Changed on its own page."));
        await using var db = App.OpenDb();
        Assert.That((await db.Issues.SingleAsync()).Body, Is.EqualTo("Changed on its own page."));
    }

    [Test]
    public async Task If_the_draft_was_deleted_meanwhile_the_text_makes_another_one()
    {
        var (desk, form) = await SavedAsync("First.");
        await using var db = App.OpenDb();
        await db.Issues.ExecuteDeleteAsync();
        desk.GoBack(form, New);
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road", ["Body"] = "Again." });
        Assert.That((await db.Issues.SingleAsync()).Body, Is.EqualTo("Again."));
    }

    [Test]
    public async Task A_form_that_was_refused_and_another_form_make_drafts_of_their_own()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync(New);
        await desk.SubmitAsync("#editor", new() { ["Subject"] = new string('x', 2000), ["Body"] = "First." });
        Assert.That(desk.Status, Is.EqualTo(422));
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road" });
        await desk.OpenAsync(New);
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road", ["Body"] = "Another." });
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.OrderBy(issue => issue.Id).Select(issue => issue.Body).ToListAsync(),
            Is.EqualTo(new[] { "First.", "Another." }));
    }

    private async Task<(DeskBrowser Desk, AngleSharp.Html.Dom.IHtmlDocument Form)> SavedAsync(string body)
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        var form = (await desk.OpenAsync(New)).Page;
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road", ["Body"] = body });
        Assert.That(desk.Text, Does.Contain("Saved as a draft."));
        return (desk, form);
    }
}
