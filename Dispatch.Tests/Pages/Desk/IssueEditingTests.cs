using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Samples;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class IssueEditingTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Each_save_keeps_its_revision_and_one_that_changes_nothing_keeps_none()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new() { ["Body"] = "One.\n\nTwo." }, "Save");
        await desk.SubmitAsync("#editor", button: "Save");
        await desk.SubmitAsync("#editor", new() { ["Byline"] = "Ana Novak" }, "Save");
        var saved = await App.Issue(issue);
        Assert.That((saved.Revision, saved.Body, saved.Byline), Is.EqualTo((3, "One.\n\nTwo.", "Ana Novak")));
        await desk.OpenAsync($"/desk/issues/{issue}/revisions");
        Assert.That(desk.Page.QuerySelectorAll("tbody tr"), Has.Exactly(3).Items);
        Assert.That(desk.Text, Does.Contain("correspondent@news.test"), "colleagues see who it was");
    }

    [Test]
    public async Task A_stale_save_loses_nothing_and_shows_both_texts()
    {
        var (ana, issue) = await AtAnIssueAsync();
        var bo = await DeskBrowser.SignedInAsync(App, "bo@news.test");
        await bo.OpenAsync($"/desk/issues/{issue}");
        await bo.SubmitAsync("#editor", new() { ["Body"] = "A road is being built.\n\nBo's paragraph." }, "Save");

        await ana.SubmitAsync("#editor", new() { ["Body"] = "A road is being built.\n\nAna's paragraph." }, "Schedule for this slot");
        Assert.That(ana.Status, Is.EqualTo(409));
        Assert.That(ana.Text, Does.Contain("bo@news.test saved this issue while you were writing"));
        Assert.That(ana.ValueOf("Body"), Does.Contain("Ana's paragraph."));
        Assert.That(ana.Page.QuerySelectorAll(".compared mark").Select(mark => mark.TextContent), Is.EqualTo(new[] { "Bo's paragraph." }));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Draft).And.Property("Body")
            .Contains("Bo's"), "nothing is decided about a text nobody saw");

        await ana.SubmitAsync("#editor", button: "Save mine");
        Assert.That((await App.Issue(issue)).Body, Does.Contain("Ana's"));
        await using var db = App.OpenDb();
        Assert.That(await db.IssueRevisions.Where(row => row.IssueId == issue).OrderBy(row => row.Revision)
            .Select(row => row.Body).ToListAsync(), Has.Some.Contains("Bo's").And.Some.Contains("Ana's"));
    }

    [Test]
    public async Task Whoever_typed_nothing_is_asked_to_look_at_what_was_saved_since_before_deciding()
    {
        var (ana, issue) = await AtAnIssueAsync();
        var bo = await DeskBrowser.SignedInAsync(App, "bo@news.test");
        await (await bo.OpenAsync($"/desk/issues/{issue}")).SubmitAsync("#editor", new() { ["Body"] = "Bo's text." }, "Save");
        await ana.SubmitAsync("#editor", button: "Send now");
        Assert.That(ana.Text, Does.Contain("Someone else saved this issue since you opened it"));
        Assert.That((ana.Status, ana.ValueOf("Body"), (await App.Issue(issue)).State), Is.EqualTo((409, "Bo's text.", IssueState.Draft)));
        await ana.SubmitAsync("#editor", button: "Send now");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Scheduled));
    }

    [TestCase("Subject", "", "An issue needs a subject.")]
    [TestCase("Slug", "Not A Slug", "only lowercase letters")]
    public async Task A_fault_stands_beside_its_field_and_the_typed_text_comes_back(string field, string value, string fault)
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new() { [field] = value, ["Body"] = "<b>Typed</b> & kept" }, "Save");
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf(field), Does.Contain(fault));
        Assert.That(desk.Page.GetElementById(field)!.GetAttribute("aria-describedby"), Does.Contain($"{field}-fault"));
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("<b>Typed</b> & kept"));
        Assert.That((await App.Issue(issue)).Revision, Is.EqualTo(1));
    }

    [Test]
    public async Task If_only_the_schedule_is_refused_the_page_says_that_the_text_is_saved()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync(
            "#editor", new() { ["Body"] = "Saved all the same.", ["At"] = "2001-01-01T09:00" }, "Schedule for this time");
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.Text, Does.Contain("Your text is saved.").And.Not.Contain("Nothing was changed"));
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("Saved all the same."));
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "" }, "Save");
        Assert.That(desk.Text, Does.Contain("Nothing was changed"));
    }

    [Test]
    public async Task An_issue_that_never_went_out_has_nothing_to_correct()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", [], "Send now");
        Assert.That(desk.Text, Does.Contain("Undo").And.Not.Contain("Publish correction"));
        Clock.Advance(TimeSpan.FromMinutes(1));
        await App.FanOut(issue);
        await App.RunUntilIdle();
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("Publish correction"));
    }

    [Test]
    public async Task A_picture_in_the_text_keeps_the_fields_for_another_copy_folded()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await (await ApiCaller.With(App)).AddPicture(issue, 1);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Page.QuerySelector("#pictures details"), Is.Null, "it isn't in the text yet");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "![A queue](photos/border.jpg)" }, "Save");
        var folded = desk.Page.QuerySelector("#pictures details")!;
        Assert.That(folded.HasAttribute("open"), Is.False);
        Assert.That(folded.QuerySelectorAll("input"), Has.Length.EqualTo(3));
        Assert.That(folded.QuerySelector("[formaction*=remove]"), Is.Null, "removing stays in sight");
    }

    [Test]
    public async Task What_was_typed_when_the_issue_began_to_go_out_comes_back()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var (desk, issue) = await AtAnIssueAsync();
        await using (var db = App.OpenDb())
        {
            (await db.Issues.SingleAsync()).ScheduleFor(Start);
            await db.SaveChangesAsync();
        }
        await App.FanOut(issue);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "A late correction." }, "Save");
        Assert.That(desk.Status, Is.EqualTo(409));
        Assert.That(desk.Text, Does.Contain("This issue is sending: what has gone out can't be changed."));
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("A late correction."));
    }

    [Test]
    public async Task The_preview_shows_the_mail_in_a_frame_where_nothing_runs()
    {
        var (desk, issue) = await AtAnIssueAsync();
        var html = await desk.GetAsync($"/desk/issues/{issue}/preview.html");
        Assert.That(await html.Content.ReadAsStringAsync(), Does.Contain("A road is being built.").And.Contain("China In Eurasia"));
        Assert.That(html.Headers.GetValues("Content-Security-Policy").Single(),
            Does.Contain("sandbox").And.Not.Contain("allow-scripts").And.Not.Contain("script-src"));
        var text = await desk.GetAsync($"/desk/issues/{issue}/preview.txt");
        Assert.That(text.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/plain"));
        Assert.That(desk.Page.QuerySelector("iframe")!.GetAttribute("sandbox"), Does.Not.Contain("allow-scripts"));

        await desk.SubmitAsync("#editor", new() { ["Body"] = "Not saved yet." }, "Preview without saving");
        Assert.That(desk.Text, Does.Contain("Not saved yet."));
        Assert.That((await App.Issue(issue)).Revision, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_wrong_with_it_is_listed_with_its_line()
    {
        var (desk, _) = await AtAnIssueAsync("First.\n\n![A road](photos/missing.jpg)");
        var faults = desk.Page.QuerySelectorAll(".faults li").Select(fault => fault.TextContent).ToList();
        Assert.That(faults[0], Does.StartWith("error").And.Contain("Line 3").And.Contain("photos/missing.jpg"), "errors come first");
        Assert.That(faults, Has.Some.Contain("postal address"));
        await desk.SubmitAsync("#editor", button: "Send now");
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.Page.QuerySelector(".notice.bad")!.TextContent, Does.Contain("It can't go out yet").And.Contain("Line 3"));
    }

    [Test]
    public async Task Several_faults_are_sentences_of_their_own()
    {
        var (desk, _) = await AtAnIssueAsync("First.\n\n![A road](photos/missing.jpg)\n\n<b>Bold</b>");
        await desk.SubmitAsync("#editor", button: "Send now");
        Assert.That(desk.Page.QuerySelector(".notice.bad")!.TextContent, Does.Contain(
            "It can't go out yet. Line 3: no picture named 'photos/missing.jpg' has been uploaded: add it, or correct the name. Line 5: "));
    }

    [Test]
    public async Task Pictures_are_added_with_the_text_and_show_the_name_to_use()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Typed before the picture." }, "Add",
            ("a road (1).jpg", Pictures.Jpeg()), ("notes.txt", "not a picture"u8.ToArray()));
        Assert.That(desk.Status, Is.EqualTo(422));
        Assert.That(desk.FaultOf("Pictures"), Does.StartWith("photos/notes.txt: "));
        Assert.That(desk.Page.QuerySelector(".pictures code")!.TextContent, Is.EqualTo("photos/a-road-1.jpg"));
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("Typed before the picture."), "a picture costs no text");
        Assert.That((await desk.GetAsync(desk.Page.QuerySelector(".pictures img")!.GetAttribute("src")!)).StatusCode,
            Is.EqualTo(HttpStatusCode.OK));

        await desk.SubmitAsync("#editor", new() { ["Body"] = "![A road](photos/a-road-1.jpg \"Caption it | Credit it\")" }, "Save");
        Assert.That(await (await desk.GetAsync($"/desk/issues/{issue}/preview.html")).Content.ReadAsStringAsync(),
            Does.Contain("/media/").And.Contain("Caption"));
    }

    [Test]
    public async Task Pictures_that_are_too_large_are_refused_before_they_are_read()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new(), "Add", ("huge.jpg", new byte[121 * 1024 * 1024]));
        Assert.That(desk.Status, Is.EqualTo(413));
        Assert.That(desk.Text, Does.Contain("That’s too large"));
        Assert.That((await App.Issue(issue)).Revision, Is.EqualTo(1));
    }

    [Test]
    public async Task An_old_revision_can_be_seen_and_brought_back()
    {
        var (desk, issue) = await AtAnIssueAsync("The first text.");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "The second text." }, "Save");
        await desk.OpenAsync($"/desk/issues/{issue}/revisions/1");
        Assert.That(desk.Page.QuerySelector(".compared mark")!.TextContent, Is.EqualTo("The first text."));
        await desk.SubmitAsync("main form", button: "Restore this revision");
        Assert.That(await App.Issue(issue), Has.Property("Body").EqualTo("The first text.").And.Property("Revision").EqualTo(3));
    }

    [Test]
    public async Task A_form_without_its_token_changes_nothing()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new() { ["__RequestVerificationToken"] = "forged", ["Body"] = "Forged." }, "Save");
        Assert.That((desk.Status, (await App.Issue(issue)).Body), Is.EqualTo((400, "A road is being built.")));
    }

    private async Task<(DeskBrowser Desk, int Issue)> AtAnIssueAsync(string body = "A road is being built.")
    {
        var issue = await Given.Draft(body: body);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        return (desk, issue);
    }
}
