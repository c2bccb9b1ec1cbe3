using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>Several issues are mailed at the same time.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SharedWorkersTests(Provider provider) : DispatchTest(provider)
{
    [TestCase(true), TestCase(false)]
    public async Task A_job_for_a_chunk_that_is_being_mailed_does_not_keep_the_others_from_the_issue(bool here)
    {
        await Given.ConfirmedSubscribers(2);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb())
            await db.DeliveryChunks.ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.QueuedUntil, Clock.GetUtcNow().AddMinutes(2))
                .SetProperty(chunk => chunk.LeasedBy, "another").SetProperty(chunk => chunk.LeasedUntil, Clock.GetUtcNow().AddMinutes(1)));
        if (here)
            App.Services.GetRequiredService<LiveRuns>().TryBegin(issue, 1);
        await App.In<SendChunkJob, bool>(async job =>
        {
            await job.RunAsync(issue, 1, 1, CancellationToken.None);
            return true;
        });
        await using (var db = App.OpenDb())
            Assert.That(await db.DeliveryChunks.Select(chunk => chunk.QueuedUntil).SingleAsync(), Is.Null);
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task A_short_issue_goes_out_beside_a_long_one_that_began_before()
    {
        await Given.ConfirmedSubscribers(600); // 12 chunks, because a test's chunk has 50 deliveries
        var small = await Given.Newsletter("small");
        await Given.ConfirmedSubscriber("one@readers.test", newsletter: small);
        await App.FanOut(await Given.IssueDueNow());
        await App.FanOut(await Given.ScheduledIssue(Start, newsletter: small));
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients.IndexOf("one@readers.test"), Is.InRange(0, 200));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(601));
    }

    [Test]
    public async Task Few_jobs_of_an_issue_wait_at_a_time_and_each_that_begins_has_another_queued()
    {
        await Given.ConfirmedSubscribers(600);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        Assert.That(App.Jobs.Waiting, Is.EqualTo(2));
        await App.Sweep();
        Assert.That(App.Jobs.Waiting, Is.EqualTo(2), "they are waited for");
        while (await App.Jobs.RunAsync() > 0)
            Assert.That(App.Jobs.Waiting, Is.LessThanOrEqualTo(2));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(600));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent), "without any sweep");
    }

    [Test]
    public async Task Jobs_that_got_lost_are_queued_anew()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        App.Jobs.Forget();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty, "they are expected within ten minutes");
        await App.RunAfter(TimeSpan.FromMinutes(11));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
    }

    [Test]
    public async Task With_uncertain_ones_alone_left_it_says_that_they_wait_for_a_person()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.ConfirmedSubscriber("ben@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb())
        {
            await db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.State, DeliveryState.Uncertain)
                .SetProperty(delivery => delivery.UncertainAt, Start));
            await db.DeliveryChunks.ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Done, true));
            await LedgerTotals.ForgetAsync(db);
            await db.Issues.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, IssueState.Cancelled));
        }
        var rest = await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine));
        Assert.That(rest, Is.InstanceOf<IssueOutcome.Refused>().And.Property("Why").Contains("The outcome is unknown for 2 readers"));
        await using (var db = App.OpenDb())
            // As if the worker crashed after releasing the chunk and before ending the issue.
            await db.Issues.ExecuteUpdateAsync(set => set.SetProperty(row => row.State, IssueState.Sending));
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("the outcome is unknown for 2 readers"));
    }
}

/// <summary>A large audience is counted once for everybody who opens the report.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SharedReportsTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task Whoever_looks_while_it_is_counted_gets_the_same_report_and_later_ones_a_new_one()
    {
        await Given.ConfirmedSubscribers(20);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => LookAsync(issue))));
        Assert.That(reports.Select(report => report!.Counts.Pending), Is.All.EqualTo(20));
        await App.RunUntilIdle();
        Assert.That((await LookAsync(issue))!.Counts.Accepted, Is.EqualTo(20));
        Assert.That(await LookAsync(issue + 1), Is.Null);
    }

    [Test]
    public async Task A_cancelled_issues_sums_are_kept_until_somebody_decides_again()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await App.In<SendingDesk, IssueOutcome>(desk => desk.CancelAsync(issue, Actor.CommandLine));
        await App.RunUntilIdle();
        Assert.That((await LookAsync(issue))!.Counts.Cancelled, Is.EqualTo(3));
        await using (var db = App.OpenDb()) // a change that does not make Dispatch count again
        {
            await db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.State, DeliveryState.Accepted));
            await LedgerTotals.ForgetAsync(db);
        }
        Assert.That((await LookAsync(issue))!.Counts.Cancelled, Is.EqualTo(3), "not counted again");
        await Given.ConfirmedSubscriber("late@readers.test"); // has not got the issue yet
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());
        Assert.That((await LookAsync(issue))!.Counts.Accepted, Is.EqualTo(3));
    }

    private Task<ProgressReport?> LookAsync(int issue) =>
        App.In<ProgressReports, ProgressReport?>(reports => reports.LookAsync(issue, CancellationToken.None));
}
