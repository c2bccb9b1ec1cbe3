using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using NetVips;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ApprovalTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_edit_voids_an_approval_and_the_page_says_whose_it_was_and_of_what()
    {
        var issue = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Second text." }, "Approve");
        Assert.That(desk.Page.QuerySelector("#state")!.TextContent,
            Does.Contain("Approved by correspondent@news.test").And.Contain("at revision 2"));
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Third text." }, "Save");
        Assert.That(desk.Text, Does.Not.Contain("Approved by"));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Draft).And.Property("ApprovedRevision").Null);
        await desk.SubmitAsync("#editor", button: "Approve");
        await desk.SubmitAsync("#editor", button: "Withdraw approval");
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Draft).And.Property("ApprovedBy").Null);
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Where(entry => entry.Action.StartsWith("issue.")).OrderBy(entry => entry.Id)
            .Select(entry => $"{entry.Action} {entry.Detail}").ToListAsync(),
            Is.EqualTo(new[] { "issue.saved revision 2", "issue.approved revision 2", "issue.saved revision 3",
                "issue.approved revision 3", "issue.unapproved revision 3" }));
    }

    [Test]
    public async Task The_API_has_it_too_and_a_scheduled_issue_keeps_its_slot_without_it()
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft()}";
        var approved = (await api.Post($"{path}/approve")).Is(200);
        Assert.That((approved["approvedRevision"].GetInt32(), approved["approvedBy"].GetString()), Is.EqualTo((1, "token:1")));
        (await api.Post($"{path}/schedule", new { slot = "next" })).Is(200);
        Assert.That((await api.Get(path))["approvedRevision"].GetInt32(), Is.EqualTo(1));
        var saved = (await api.Put(path, new { subject = "S", body = "Another." })).Is(200);
        Assert.That((saved["state"].GetString(), saved["approvedRevision"].ValueKind),
            Is.EqualTo(("scheduled", System.Text.Json.JsonValueKind.Null)));
        Assert.That((await api.Post($"{path}/unapprove")).Why(409), Does.Contain("no approval"));
        (await api.Post("/issues/4711/unapprove")).Why(404);
    }

    [Test]
    public async Task Whoever_edits_a_scheduled_issue_learns_that_its_approval_is_gone()
    {
        var issue = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("#editor", button: "Approve");
        await desk.SubmitAsync("#editor", button: "Schedule for this slot");
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Another text." }, "Save");
        Assert.That(desk.Text, Does.Contain("Saved. The approval was for the text before, and no longer counts."));
        await desk.SubmitAsync("#editor", new() { ["Body"] = "A third text." }, "Save");
        Assert.That(desk.Text, Does.Contain("Saved.").And.Not.Contain("approval was for"));
    }

    [Test]
    public async Task What_has_an_error_in_it_cannot_be_approved_and_another_picture_voids_an_approval()
    {
        var api = await ApiCaller.With(App);
        var path = $"/issues/{await Given.Draft(body: "![A road](photos/road.png)")}";
        Assert.That((await api.Post($"{path}/approve")).Why(409), Does.StartWith("It can't go out yet. Line 1:"));
        await AddAsync(api, path);
        (await api.Post($"{path}/approve")).Is(200);
        await AddAsync(api, path);
        Assert.That((await api.Get(path))["state"].GetString(), Is.EqualTo("draft"));
    }

    [Test]
    public async Task Nothing_edits_an_issue_within_its_undo_minute_whoever_asks()
    {
        var api = await ApiCaller.With(App);
        var id = await Given.Draft();
        var path = $"/issues/{id}";
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{id}"); // opened before the issue is sent
        (await api.Post($"{path}/send")).Is(200);
        Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.That((await api.Put(path, new { subject = "S", body = "Slipped in." })).Why(409), Does.Contain("about to go out"));
        (await AddAsync(api, path, 409)).Why(409);
        await desk.SubmitAsync("#editor", new() { ["Body"] = "Slipped in." }, "Save");
        Assert.That(desk.Status, Is.EqualTo(409));
        Assert.That(desk.Text, Does.Contain("about to go out"));
        Assert.That(desk.ValueOf("Body"), Is.EqualTo("Slipped in."), "and it is not lost");
        await desk.OpenAsync($"/desk/issues/{id}/revisions/1");
        Assert.That((await App.Issue(id)).Body, Is.EqualTo("A road is being built."));

        (await api.Post($"{path}/unschedule")).Is(200);
        (await api.Put(path, new { subject = "S", body = "In good time." })).Is(200);
    }

    [TestCase(61, 200), TestCase(60, 409), TestCase(1, 409), TestCase(0, 409), TestCase(-30, 409)]
    public async Task The_last_minute_before_a_slot_is_the_same(int secondsLeft, int status)
    {
        var api = await ApiCaller.With(App);
        var slot = new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero);
        var path = $"/issues/{await Given.ScheduledIssue(slot)}";
        Clock.SetUtcNow(slot.AddSeconds(-secondsLeft));
        (await api.Put(path, new { subject = "S", body = "Late." })).Is(status);
    }

    private static async Task<ApiAnswer> AddAsync(ApiCaller api, string path, int status = 201)
    {
        using var picture = Image.Black(40, 30);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(picture.PngsaveBuffer()), "photo", "road.png" } };
        return (await api.Send(HttpMethod.Post, $"{path}/photos", form)).Is(status);
    }
}
