using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Staff;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class DeskTests(Provider provider) : DispatchTest(provider)
{
    private static readonly string[] Pages = ["/desk", "/desk/issues/new", "/desk/issues/1", "/desk/issues/1/preview.html",
        "/desk/issues/1/revisions", "/desk/issues/1/deliveries", "/desk/newsletters", "/desk/newsletters/china-in-eurasia"];

    [Test]
    public async Task A_stranger_is_sent_to_the_sign_in_page_and_ops_may_not_write()
    {
        await Given.Draft();
        var ops = await DeskBrowser.SignedInAsync(App, "ops@news.test", StaffRoles.Ops);
        foreach (var page in Pages)
        {
            var stranger = await App.Http.GetAsync(page);
            Assert.That(stranger.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), page);
            Assert.That(stranger.Headers.Location!.AbsolutePath, Is.EqualTo("/desk/sign-in"), page);
            Assert.That((await ops.GetAsync(page)).StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), page);
        }
    }

    [Test]
    public async Task Every_page_is_there_for_a_correspondent_and_runs_no_script_but_ours()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        var issue = await Given.Draft();
        foreach (var page in Pages)
        {
            var answer = await desk.GetAsync(page.Replace("/1", $"/{issue}", StringComparison.Ordinal));
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), page);
            Assert.That(answer.Headers.GetValues("Content-Security-Policy").Single(),
                Does.Contain("default-src 'none'").And.Not.Contain("script-src 'unsafe"), page);
        }
        Assert.That((await desk.GetAsync("/desk/issues/99")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That((await desk.GetAsync("/desk/newsletters/nonesuch")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    [Test]
    public async Task Signing_out_ends_the_session()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.SubmitAsync("form.who");
        Assert.That(desk.Path, Is.EqualTo("/desk/sign-in"));
        Assert.That((await desk.GetAsync("/desk")).StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public async Task The_desk_says_what_goes_out_next_and_when_in_the_newsletters_zone()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk");
        Assert.That(desk.Page.QuerySelector(".next")!.TextContent, Does.Contain("Nothing scheduled").And.Contain(
            "Wednesday, December 2, 2026, 09:00 (Prague time)").And.Contain("in 8 days"));
        Assert.That(desk.Page.QuerySelectorAll(".lines a").Select(link => link.TextContent), Has.Exactly(4)
            .StartsWith("write an issue for it"));

        await Given.ScheduledIssue(new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero), "The road to Torugart");
        await Given.ScheduledIssue(new DateTimeOffset(2026, 11, 26, 20, 30, 0, TimeSpan.Zero), "A special");
        await desk.OpenAsync("/desk");
        Assert.That(desk.Page.QuerySelector(".next")!.TextContent,
            Does.Contain("A special").And.Contain("Thursday, November 26, 2026, 21:30 (Prague time)").And.Not.Contain("Nothing"));
        Assert.That(desk.Page.QuerySelectorAll(".lines li").Single(line =>
            line.TextContent.Contains("Dec 2,", StringComparison.Ordinal)).TextContent, Does.Contain("The road to Torugart"));
    }

    [Test]
    public async Task A_held_issue_comes_first_with_its_reason_and_what_to_do()
    {
        var issue = await Given.ScheduledIssue(Start);
        Clock.Advance(TimeSpan.FromHours(7));
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Held));
        Assert.That(desk.Page.QuerySelector(".notice.bad")!.TextContent,
            Does.Contain("Held").And.Contain("7 hours ago").And.Contain("Send it now"));
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("Held:").And.Contain("7 hours ago"));
    }

    [Test]
    public async Task What_is_on_its_way_and_what_went_out_is_there_with_its_sums()
    {
        await Given.ConfirmedSubscribers(3);
        await Given.Suppression("reader3@readers.test");
        var sent = await Given.IssueDueNow("Out");
        await App.RunUntilIdle();
        var sending = await Given.IssueDueNow("On its way");
        await App.FanOut(sending);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk");
        Assert.That(desk.Page.QuerySelector(".notice")!.TextContent,
            Does.Contain("On its way").And.Contain("0 of 3 accepted, 2 remaining"));
        Assert.That(desk.Page.QuerySelector("table tbody tr")!.QuerySelectorAll("td.num").Select(cell => cell.TextContent.Trim()),
            Is.EqualTo(new[] { "3", "2", "0" }));
        Assert.That(desk.Page.QuerySelector("noscript meta[http-equiv=refresh]"), Is.Not.Null, "it moves without script too");
        Assert.That((await App.Issue(sent)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task An_empty_slot_leads_to_an_issue_that_is_offered_that_slot()
    {
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync("/desk");
        await desk.OpenAsync(desk.Page.QuerySelectorAll(".lines a")[1].GetAttribute("href")!);
        Assert.That(desk.Text, Does.Contain("Wednesday, December 16, 2026"));
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "" });
        Assert.That((desk.Status, desk.FaultOf("Subject")), Is.EqualTo((422, "An issue needs a subject.")));
        await desk.SubmitAsync("#editor", new() { ["Subject"] = "The road to Torugart", ["Body"] = "A road is being built." });
        Assert.That(desk.ValueOf("Slot"), Is.EqualTo("2026-12-16T08:00:00Z"));
        await desk.SubmitAsync("#editor", button: "Schedule for this slot");
        await using var db = App.OpenDb();
        Assert.That((await db.EditionSlots.SingleAsync()).At, Is.EqualTo(new DateTimeOffset(2026, 12, 16, 8, 0, 0, TimeSpan.Zero)));
        Assert.That((await db.Issues.SingleAsync()).Slug, Is.EqualTo("the-road-to-torugart"));
    }
}
