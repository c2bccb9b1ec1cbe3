using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Pages.Desk;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class IssueSendingTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_slot_is_chosen_moved_and_given_back_and_the_text_is_saved_with_it()
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new() { ["Slot"] = "2026-12-16T08:00:00Z", ["Body"] = "Typed before scheduling." },
            "Schedule for this slot");
        Assert.That(desk.Page.QuerySelector("#state")!.TextContent,
            Does.Contain("Wednesday, December 16, 2026, 09:00 (Prague time)").And.Contain("in its slot"));
        Assert.That((await App.Issue(issue)).Body, Is.EqualTo("Typed before scheduling."));
        await desk.SubmitAsync("#editor", new() { ["Slot"] = "next" }, "Move to this slot");
        Assert.That((await App.Issue(issue)).SendAt, Is.EqualTo(new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero)));
        await desk.SubmitAsync("#editor", button: "Unschedule");
        await using var db = App.OpenDb();
        Assert.That((await db.EditionSlots.CountAsync(), (await App.Issue(issue)).State), Is.EqualTo((0, IssueState.Draft)));
    }

    [Test]
    public async Task A_slot_that_is_taken_is_not_offered_and_refused_in_words()
    {
        await Given.ScheduledIssue(new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero), "First come");
        var (desk, issue) = await AtAnIssueAsync();
        var taken = desk.Page.QuerySelectorAll("#Slot option").Single(option => option.GetAttribute("value") == "2026-12-02T08:00:00Z");
        Assert.That(taken.HasAttribute("disabled"), Is.True);
        Assert.That(taken.TextContent, Does.Contain("taken: First come"));
        await desk.SubmitAsync("#editor", new() { ["Slot"] = "2026-12-02T08:00:00Z" }, "Schedule for this slot");
        Assert.That(desk.Status, Is.EqualTo(409));
        Assert.That(desk.Text, Does.Contain("has an issue already"));
        await desk.SubmitAsync("#editor", new() { ["Slot"] = "2026-12-02T09:00:00Z" }, "Schedule for this slot");
        Assert.That((desk.Status, (await App.Issue(issue)).State), Is.EqualTo((422, IssueState.Draft)));
        Assert.That(desk.FaultOf("Slot"), Does.Contain("2026-12-16"));
    }

    [TestCase("2026-11-25T18:30", "2026-11-25T17:30:00Z", null)]
    [TestCase("2027-10-31T02:30", "2027-10-31T00:30:00Z", null, Description = "it comes twice: the first")]
    [TestCase("2027-03-28T02:30", null, "doesn’t exist")]
    [TestCase("2026-11-24T09:00", null, "has passed")]
    [TestCase("", null, "Enter a date and time")]
    public async Task A_time_of_its_own_is_read_in_the_newsletters_zone(string typed, string? at, string? fault)
    {
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", new() { ["At"] = typed }, "Schedule for this time");
        Assert.That((await App.Issue(issue)).SendAt,
            Is.EqualTo(at is null ? null : (DateTimeOffset?)DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.That(desk.FaultOf("At"), fault is null ? Is.Empty : Does.Contain(fault));
        Assert.That(desk.Status, Is.EqualTo(fault is null ? 200 : 422));
    }

    [Test]
    public async Task Send_now_can_be_undone_for_a_minute()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var (desk, issue) = await AtAnIssueAsync();
        await desk.SubmitAsync("#editor", button: "Send now");
        Assert.That(desk.Text, Does.Contain("in 60 seconds").And.Contain("Nobody has been emailed yet"));
        Assert.That(desk.Page.QuerySelector("noscript meta[http-equiv=refresh]"), Is.Not.Null);
        Clock.Advance(TimeSpan.FromSeconds(41));
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("in 19 seconds"));
        await desk.SubmitAsync("main form", button: "Undo");
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That(desk.ValueOf("Body"), Is.Not.Null, "it is a draft again, and can be edited");
        await desk.SubmitAsync("#editor", button: "Send now");
        await App.RunAfter(TimeSpan.FromMinutes(1));
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("Went out on").And.Contain("In the archive"));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Sending_is_paused_resumed_and_cancelled_and_the_sums_add_up()
    {
        await Given.ConfirmedSubscribers(12);
        await Given.Suppression("reader7@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(Sums(desk), Is.EqualTo(new[] { "Accepted 0", "Pending 11", "Deferred 0", "Rejected 0", "Uncertain 0",
            "Cancelled 0", "Excluded, suppressed 1", "Total 12" }));
        await desk.SubmitAsync("main form", button: "Pause");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Paused));
        await desk.SubmitAsync("main form", button: "Resume");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sending));
        await desk.SubmitAsync("main form", button: "Cancel the remaining emails");
        Assert.That(Sums(desk), Does.Contain("Cancelled 11").And.Contain("Total 12"));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task Why_it_stands_still_is_said()
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb())
            await db.Issues.Where(row => row.Id == issue)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastError, "smtp://relay: connection refused"));
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("Stalled: smtp://relay: connection refused").And.Contain("resumes automatically"));
    }

    [Test]
    public async Task What_was_not_accepted_is_listed_by_the_readers_id_with_the_reply_and_never_an_address()
    {
        var readers = await Given.ConfirmedSubscribers(2);
        Smtp.Answers("550 5.1.1 No such user reader1@readers.test here", recipient: "reader1@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        await desk.OpenAsync(desk.Page.QuerySelectorAll(".sums a").Single().GetAttribute("href")!);
        Assert.That(desk.Page.QuerySelectorAll("tbody tr").Single().TextContent,
            Does.Contain($"{readers[0].SubscriberId}").And.Contain("550 5.1.1"));
        Assert.That(desk.Page.QuerySelector("main")!.TextContent, Does.Not.Contain("@"));
        await desk.OpenAsync($"/desk/issues/{issue}/deliveries?state=Deferred");
        Assert.That(desk.Text, Does.Contain("None."));
    }

    [Test]
    public async Task A_draft_is_approved_and_deleted_and_a_scheduled_one_can_not_be_deleted()
    {
        var (desk, issue) = await AtAnIssueAsync();
        var other = await DeskBrowser.SignedInAsync(App, "bo@news.test");
        await other.OpenAsync($"/desk/issues/{issue}");
        await desk.SubmitAsync("#editor", button: "Approve");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Approved));
        await desk.SubmitAsync("#editor", button: "Schedule for this slot");
        await other.SubmitAsync("#editor + form", button: "Delete draft");
        Assert.That((other.Status, (await App.Issue(issue)).State), Is.EqualTo((409, IssueState.Scheduled)));
        await desk.SubmitAsync("#editor", button: "Unschedule");
        await desk.SubmitAsync("#editor + form", button: "Delete draft");
        Assert.That(desk.Path, Is.EqualTo("/desk"));
        await using var db = App.OpenDb();
        Assert.That(await db.Issues.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_test_goes_to_the_addresses_that_were_typed_and_each_gets_an_answer()
    {
        var (desk, _) = await AtAnIssueAsync();
        Assert.That(desk.ValueOf("To"), Is.EqualTo("correspondent@news.test"));
        Smtp.Answers("550 5.1.1 No such user", recipient: "bo@news.test");
        await desk.SubmitAsync("#editor",
            new() { ["To"] = "ana@news.test, bo@news.test", ["Body"] = "Saved, then tested." }, "Send test");
        Assert.That(desk.Page.QuerySelectorAll(".notice li").Select(answer => answer.TextContent),
            Is.EqualTo(new[] { "ana@news.test: Accepted by the mail server.",
                "bo@news.test: The relay refused it (550 5.1.1 No such user)." }));
        Assert.That(Smtp.MailFor("ana@news.test").Single().Text, Does.Contain("Saved, then tested."));
        await desk.SubmitAsync("#editor", new() { ["To"] = "ana@, bo@news.test" }, "Send test");
        Assert.That((desk.Status, desk.ValueOf("To")), Is.EqualTo((422, "ana@, bo@news.test")));
        Assert.That(desk.FaultOf("To"), Does.Contain("'ana@'"));
    }

    private static IEnumerable<string> Sums(DeskBrowser desk) =>
        desk.Page.QuerySelectorAll(".sums tr")
            .Select(row => $"{row.QuerySelector("th")!.TextContent.Trim()} {row.QuerySelector("td.num")!.TextContent.Trim()}");

    private async Task<(DeskBrowser Desk, int Issue)> AtAnIssueAsync()
    {
        var issue = await Given.Draft();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        return (desk, issue);
    }
}
