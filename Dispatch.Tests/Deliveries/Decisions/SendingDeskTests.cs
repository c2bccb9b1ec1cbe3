using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Decisions;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SendingDeskTests(Provider provider) : DispatchTest(provider)
{
    private static readonly DateTimeOffset First = new(2026, 12, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Third = new(2026, 12, 16, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task The_next_slot_is_the_next_that_is_free()
    {
        var (first, second) = (await Given.Draft(), await Given.Draft());
        await Done(desk => desk.ScheduleAsync(first, SlotChoice.Next, Actor.CommandLine));
        await Done(desk => desk.ScheduleAsync(second, SlotChoice.Next, Actor.CommandLine));
        Assert.That(await App.Issue(first), Has.Property("SendAt").EqualTo(First).And.Property("State").EqualTo(IssueState.Scheduled));
        Assert.That((await App.Issue(second)).SendAt, Is.EqualTo(Third));
    }

    [TestCase("2026-12-03", ExpectedResult = "2026-12-03 has no slot. The next are 2026-12-02, 2026-12-16, 2027-01-06.")]
    public async Task<string> A_day_without_a_slot_is_refused_with_those_that_have_one(string date)
    {
        var issue = await Given.Draft();
        return ((IssueOutcome.Invalid)await Ask(desk => desk.ScheduleAsync(issue, On(date), Actor.CommandLine))).Faults.Single().Message;
    }

    [Test]
    public async Task A_slot_holds_one_issue()
    {
        var (first, second) = (await Given.Draft(), await Given.Draft());
        await Done(desk => desk.ScheduleAsync(first, On("2026-12-02"), Actor.CommandLine));
        await Done(desk => desk.ScheduleAsync(first, On("2026-12-02"), Actor.CommandLine)); // a repeated request has no effect
        Assert.That(await Ask(desk => desk.ScheduleAsync(second, On("2026-12-02"), Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Refused>());
        Assert.That((await App.Issue(second)).State, Is.EqualTo(IssueState.Draft));
    }

    [Test]
    public async Task An_issue_moved_or_taken_back_leaves_its_slot_free()
    {
        var (first, second) = (await Given.Draft(), await Given.Draft());
        await Done(desk => desk.ScheduleAsync(first, On("2026-12-02"), Actor.CommandLine));
        await Done(desk => desk.ScheduleAsync(first, On("2026-12-16"), Actor.CommandLine));
        await Done(desk => desk.ScheduleAsync(second, On("2026-12-02"), Actor.CommandLine));
        await Done(desk => desk.UnscheduleAsync(second, Actor.CommandLine));
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.Select(slot => new { slot.At, slot.IssueId }).SingleAsync(),
            Is.EqualTo(new { At = Third, IssueId = (int?)first }));
    }

    [Test]
    public async Task An_issue_with_an_error_in_it_is_taken_into_no_slot()
    {
        var issue = await Given.Draft(body: "![A road](photos/missing.jpg)");
        Assert.That(await Ask(desk => desk.ScheduleAsync(issue, SlotChoice.Next, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Unsendable>());
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Draft));
    }

    [Test]
    public async Task Send_now_holds_for_a_minute_and_can_be_taken_back()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var (kept, undone) = (await Given.Draft(), await Given.Draft());
        await Done(desk => desk.SendNowAsync(kept, Actor.CommandLine));
        await Done(desk => desk.SendNowAsync(undone, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromSeconds(59));
        Assert.That(Smtp.Mails, Is.Empty);
        await Done(desk => desk.UnscheduleAsync(undone, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromSeconds(1));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
        Assert.That((await App.Issue(undone)).State, Is.EqualTo(IssueState.Draft));
    }

    [Test]
    public async Task A_cancelled_issue_ends_for_whoever_has_not_got_it()
    {
        await Given.ConfirmedSubscribers(60);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Done(desk => desk.PauseAsync(issue, Actor.CommandLine));
        await Done(desk => desk.CancelAsync(issue, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromMinutes(20));
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That(await App.Progress(issue), Has.Property("Cancelled").EqualTo(60).And.Property("Audience").EqualTo(60));
        Assert.That(await Ask(desk => desk.ResumeAsync(issue, Actor.CommandLine)), Is.InstanceOf<IssueOutcome.Refused>());
    }

    [Test]
    public async Task Every_decision_is_in_the_audit()
    {
        var issue = await Given.Draft();
        await Done(desk => desk.ScheduleAsync(issue, SlotChoice.Next, Actor.CommandLine));
        await Done(desk => desk.CancelAsync(issue, Actor.CommandLine));
        await using var db = App.OpenDb();
        Assert.That(await db.Audit.Where(entry => entry.Target == $"issue:{issue}").OrderBy(entry => entry.Id)
            .Select(entry => entry.Action).ToListAsync(), Is.EqualTo(new[] { "issue.scheduled", "issue.cancelled" }));
    }

    private static SlotChoice On(string date) => SlotChoice.TryParse(date, out var choice) ? choice : throw new FormatException(date);

    private Task<IssueOutcome> Ask(Func<SendingDesk, Task<IssueOutcome>> act) => App.In(act);

    private async Task Done(Func<SendingDesk, Task<IssueOutcome>> act) => Assert.That(await Ask(act), Is.InstanceOf<IssueOutcome.Done>());
}
