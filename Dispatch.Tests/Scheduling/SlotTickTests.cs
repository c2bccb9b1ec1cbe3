using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Scheduling;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SlotTickTests(Provider provider) : DispatchTest(provider)
{
    private static readonly DateTimeOffset First = new(2026, 12, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Third = new(2026, 12, 16, 8, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task An_issue_goes_out_at_its_slot_and_not_before()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.ScheduledIssue(First);
        Clock.SetUtcNow(First.AddSeconds(-1));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        await App.RunAfter(TimeSpan.FromSeconds(1));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("SendStartedAt").EqualTo(First));
    }

    [Test]
    public async Task A_slot_missed_by_less_than_LateBy_is_caught_up()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.ScheduledIssue(First);
        Clock.SetUtcNow(First.AddHours(6));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_slot_missed_by_more_is_held_for_a_person()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.ScheduledIssue(First);
        Clock.SetUtcNow(First.AddHours(6).AddSeconds(1));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Held).And.Property("LastError").Not.Empty);
        Assert.That((await Recent()).Single(), Has.Property("State").EqualTo(SlotState.Held).And.Property("IssueId").EqualTo(issue));
    }

    [Test]
    public async Task A_slot_without_an_issue_is_recorded_as_skipped_once()
    {
        await App.RunUntilIdle();
        Clock.SetUtcNow(First.AddMinutes(1));
        await App.RunUntilIdle();
        await RestartAsync();
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.SingleAsync(), Has.Property("At").EqualTo(First).And.Property("IssueId").Null);
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "slot.skipped"), Is.EqualTo(1));
    }

    [Test]
    public async Task Slots_that_passed_while_nothing_ran_are_all_accounted_for()
    {
        var issue = await Given.ScheduledIssue(Third);
        Clock.SetUtcNow(new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero));
        await App.RunUntilIdle();
        Assert.That((await Recent()).Select(slot => $"{slot.Date:yyyy-MM-dd} {slot.State}"),
            Is.EqualTo(new[] { "2027-01-20 Skipped", "2027-01-06 Skipped", "2026-12-16 Held", "2026-12-02 Skipped" }));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Held));
    }

    [Test]
    public async Task Slots_skipped_while_the_clock_was_ahead_can_be_filled_once_it_is_right()
    {
        var right = Clock.GetUtcNow();
        Clock.SetUtcNow(Third.AddYears(1));
        await App.RunUntilIdle();
        Clock.AdjustTime(right);
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
        {
            Assert.That(await db.EditionSlots.Where(slot => slot.At > right).CountAsync(), Is.Zero);
            Assert.That(await db.Audit.CountAsync(entry => entry.Action == "slot.reopened"), Is.EqualTo(1));
        }
        await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.ScheduledIssue(First);
        Clock.SetUtcNow(First);
        await App.RunUntilIdle();
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_worker_whose_clock_is_a_minute_behind_reopens_no_slot()
    {
        await App.RunUntilIdle();
        Clock.SetUtcNow(First);
        await App.RunUntilIdle();
        Clock.AdjustTime(First.AddMinutes(-1));
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.SingleAsync(), Has.Property("At").EqualTo(First).And.Property("IssueId").Null);
    }

    [Test]
    public async Task A_doubled_wake_up_changes_nothing()
    {
        await Given.ConfirmedSubscribers(5);
        await Given.ScheduledIssue(First);
        Clock.SetUtcNow(First);
        await App.Sweep();
        await App.Sweep();
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(5));
    }

    [Test]
    public async Task A_process_that_starts_at_the_slot_takes_it_up()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.ScheduledIssue(First);
        await StopAsync();
        Clock.SetUtcNow(First.AddMinutes(3));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task One_slot_takes_one_issue()
    {
        await Given.ScheduledIssue(First);
        Assert.That(async () => await Given.ScheduledIssue(First), Throws.InstanceOf<DbUpdateException>());
    }

    [Test]
    public async Task The_next_slots_are_listed_with_what_is_in_them()
    {
        var issue = await Given.ScheduledIssue(Third);
        var newsletter = await Given.Newsletter();
        var slots = await App.In<Slots, IReadOnlyList<SlotView>>(all => all.UpcomingAsync(newsletter, 3));
        Assert.That(slots.Select(slot => $"{slot.Date:yyyy-MM-dd} {slot.At:HH:mm} {slot.State} {slot.IssueId}"),
            Is.EqualTo(new[] { "2026-12-02 08:00 Empty ", $"2026-12-16 08:00 Scheduled {issue}", "2027-01-06 08:00 Empty " }));
        Assert.That(await App.In<Slots, DateTimeOffset?>(all => all.NextFreeAsync(newsletter)), Is.EqualTo(First));
        Assert.That(await App.In<Slots, SlotView?>(all => all.OnAsync(newsletter, new DateOnly(2026, 12, 16))), Is.EqualTo(slots[1]));
        Assert.That(await App.In<Slots, SlotView?>(all => all.OnAsync(newsletter, new DateOnly(2026, 12, 9))), Is.Null);
    }

    [Test]
    public async Task An_issue_keeps_its_slot_when_the_rule_changes()
    {
        await Given.ScheduledIssue(First);
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(newsletter => newsletter.Schedule, "0 9 * * THU"));
        var newsletter = await Given.Newsletter();
        var slots = await App.In<Slots, IReadOnlyList<SlotView>>(all => all.UpcomingAsync(newsletter, 3));
        Assert.That(slots.Select(slot => $"{slot.Date:yyyy-MM-dd} {slot.State}"),
            Is.EqualTo(new[] { "2026-11-26 Empty", "2026-12-02 Scheduled", "2026-12-03 Empty" }));
    }

    private async Task<IReadOnlyList<SlotView>> Recent()
    {
        var newsletter = await Given.Newsletter();
        return await App.In<Slots, IReadOnlyList<SlotView>>(all => all.RecentAsync(newsletter, 10));
    }
}
