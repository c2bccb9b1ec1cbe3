using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Decisions;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class CancelledIssueTests(Provider provider) : DispatchTest(provider)
{
    [TestCase(DeliveryState.Deferred)]
    [TestCase(DeliveryState.Pending)]
    public async Task What_was_under_way_and_came_back_later_ends_with_the_issue(DeliveryState state)
    {
        await Given.ConfirmedSubscribers(3);
        var (issue, run, work) = await UnderWayAsync();
        await Decide(desk => desk.CancelAsync(issue, Actor.CommandLine));
        Record(new Outcome(issue, work.SubscriberId, state, 1, state is DeliveryState.Deferred ? Clock.GetUtcNow().AddMinutes(1)
            : null, false, null)
        { Run = run });
        await ReleaseAsync(issue);
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Pending").EqualTo(0).And.Property("Deferred")
            .EqualTo(0).And.Property("Cancelled").EqualTo(3));
        Assert.That(
            (await App.In<ProgressReports, ProgressReport?>(reports => reports.LookAsync(issue, CancellationToken.None)))!.IsSettled);
    }

    [Test]
    public async Task The_rest_can_not_be_sent_before_the_last_mails_are_through()
    {
        await Given.ConfirmedSubscribers(3);
        var (issue, run, work) = await UnderWayAsync();
        await Decide(desk => desk.CancelAsync(issue, Actor.CommandLine));
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Refused>());
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Cancelled));

        Record(new Outcome(issue, work.SubscriberId, DeliveryState.Accepted, 1, null, false, null) { Run = run });
        await ReleaseAsync(issue);
        await Decide(desk => desk.SendNowAsync(issue, Actor.CommandLine));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(2));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_run_that_was_dead_when_the_rest_was_sent_marks_nothing_done()
    {
        await Given.ConfirmedSubscribers(3);
        var (issue, _, _) = await UnderWayAsync();
        await Decide(desk => desk.CancelAsync(issue, Actor.CommandLine));
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Decide(desk => desk.SendNowAsync(issue, Actor.CommandLine));
        await using (var db = App.OpenDb())
            Assert.That(await db.DeliveryChunks.Select(chunk => chunk.LeasedBy).SingleAsync(), Is.Null);
        await ReleaseAsync(issue);
        await using (var db = App.OpenDb())
            Assert.That(await db.DeliveryChunks.AnyAsync(chunk => chunk.Done), Is.False);
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(3));
    }

    [Test]
    public async Task What_the_request_did_not_end_the_sweep_does()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb()) // as if the request ended right after its commit
            await db.Issues.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, IssueState.Cancelled));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That(await App.Progress(issue), Has.Property("Cancelled").EqualTo(200));
        await using (var db = App.OpenDb())
            Assert.That(await db.DeliveryChunks.AnyAsync(chunk => !chunk.Done), Is.False);
    }

    [Test]
    public async Task What_a_killed_worker_was_sending_is_uncertain_and_only_that_issues()
    {
        await Given.ConfirmedSubscribers(3);
        var (issue, _, work) = await UnderWayAsync();
        await Decide(desk => desk.CancelAsync(issue, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromMinutes(5));
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.Where(delivery => delivery.State == DeliveryState.Uncertain)
            .Select(delivery => delivery.SubscriberId).ToListAsync(), Is.EqualTo(new[] { work.SubscriberId }));
        Assert.That(await App.Progress(issue), Has.Property("Uncertain").EqualTo(1).And.Property("Cancelled")
            .EqualTo(2).And.Property("Pending").EqualTo(0));
        Assert.That(Smtp.Mails, Is.Empty);
    }

    // Begins an issue, leases its chunk to a run, and claims one delivery.
    private async Task<(int Issue, ChunkRun Run, DueDelivery Work)> UnderWayAsync()
    {
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        App.Jobs.Forget();
        var due = await App.In<DeliveryLedger, List<DueDelivery>>(async ledger =>
        {
            Assert.That(await ledger.LeaseAsync(issue, 1, "a run", CancellationToken.None));
            return await ledger.DueAsync(issue, 1, CancellationToken.None);
        });
        var run = new ChunkRun(issue, 1, "a run", await App.Services.GetRequiredService<IssueMessages>().GetAsync(issue), due);
        using var ledger = App.OpenDb().OpenLedger();
        Assert.That(ledger.Exchange([], [new Claim(run, due[0])], Clock.GetUtcNow()), Is.EqualTo(new[] { ClaimResult.Granted }));
        return (issue, run, due[0]);
    }

    private void Record(Outcome outcome)
    {
        using var ledger = App.OpenDb().OpenLedger();
        ledger.Exchange([outcome], [], Clock.GetUtcNow());
    }

    private Task<int> ReleaseAsync(int issue) => App.In<DeliveryLedger, int>(async ledger =>
    {
        await ledger.ReleaseAsync(issue, 1, "a run", null);
        return 0;
    });

    private async Task Decide(Func<SendingDesk, Task<IssueOutcome>> act) =>
        Assert.That(await App.In(act), Is.InstanceOf<IssueOutcome.Done>());
}
