using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Mailing;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>A relay that fails in the middle of an issue. Afterwards the ledger must match what the relay accepted.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class FaultyRunTests(Provider provider) : RunningIssueTest(provider)
{
    [Test]
    public async Task While_the_relay_is_down_the_issue_waits_and_goes_on_when_it_is_back()
    {
        await Given.ConfirmedSubscribers(Readers);
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) == Readers / 4)
                Smtp.Closes();
        };
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        for (var minutes = 0; minutes < 10; minutes++)
            await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(Smtp.Mails, Has.Count.LessThan(Readers));
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(Readers).And.Property("Rejected")
            .EqualTo(0).And.Property("Deferred").EqualTo(0));

        Smtp.Opens();
        for (var minutes = 0; minutes < 15; minutes += 5)
            await App.RunAfter(TimeSpan.FromMinutes(5));
        await AssertEverybodyHasItAsync(issue, Connections); // each connection has at most one unanswered message
    }

    [Test]
    public async Task Of_a_relay_that_says_later_never_and_nothing_each_answer_is_in_the_ledger()
    {
        await Given.ConfirmedSubscribers(Readers);
        List<string> Every(int nth, int from) =>
            [.. Enumerable.Range(1, Readers).Where(number => number % nth == from).Select(number => $"reader{number}@readers.test")];
        var (later, never, unanswered) = (Every(10, 3), Every(50, 7), Every(100, 9));
        foreach (var reader in later)
            Smtp.Answers("451 4.7.1 Greylisted", SmtpStep.Recipient, reader, times: 1);
        foreach (var reader in never)
            Smtp.Answers("550 5.1.1 No such mailbox", SmtpStep.Recipient, reader);
        foreach (var reader in unanswered)
            Smtp.HangsUp(SmtpStep.EndOfData, reader);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(Readers).And.Property("Deferred")
            .EqualTo(later.Count).And.Property("Rejected").EqualTo(never.Count)
            .And.Property("Uncertain").EqualTo(unanswered.Count).And.Property("Accepted")
                .EqualTo(Readers - later.Count - never.Count - unanswered.Count));
        for (var minutes = 0; minutes < 15; minutes += 5)
            await App.RunAfter(TimeSpan.FromMinutes(5));

        Assert.That(await App.Progress(issue), Has.Property("Audience").EqualTo(Readers).And.Property("Rejected")
            .EqualTo(never.Count).And.Property("Accepted").EqualTo(Readers - never.Count));
        Assert.That(Smtp.Recipients.GroupBy(reader => reader).Where(group => group.Count() > 1).Select(group => group.Key),
            Is.EquivalentTo(unanswered), "twice only where nothing was heard");
        Assert.That(Smtp.Recipients.Intersect(never), Is.Empty);
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.Where(delivery => delivery.State == DeliveryState.Rejected)
            .Select(delivery => new { delivery.ReplyCode, delivery.EnhancedCode, delivery.Attempts }).Distinct().SingleAsync(),
            Is.EqualTo(new { ReplyCode = (int?)550, EnhancedCode = (string?)"5.1.1", Attempts = 1 }));
    }
}

/// <summary>A disk that is temporarily full.</summary>
[TestFixture(Provider.Sqlite)]
public class FullDiskTests(Provider provider) : RunningIssueTest(provider)
{
    private SmallDisk? disk;

    protected override IEnumerable<(string Key, string Value)> Configure() => [("DataDirectory", disk!.Path)];

    [SetUp]
    public void Mount()
    {
        disk = Requires.SmallDisk(64);
        File.Copy(Folder["dispatch.db"], Path.Combine(disk.Path, "dispatch.db"));
    }

    [TearDown]
    public void Unmount() => disk?.Dispose();

    [Test]
    public async Task While_the_disk_is_full_the_issue_waits_and_goes_on_when_there_is_room()
    {
        var issue = await DueNowAsync();
        await using (var dispatch = await InTheMiddleAsync(Readers / 4, then: disk!.Fill))
        {
            await dispatch.Says("The ledger can't be written");
            disk.Empty();
            await EndsAsync(dispatch);
        }
        await AssertEverybodyHasItAsync(issue, mostUncertain: 0);
    }
}

[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SharedRunTests(Provider provider) : RunningIssueTest(provider)
{
    [Test]
    public async Task Of_two_workers_one_is_killed_for_good_and_the_other_mails_its_readers_too()
    {
        var issue = await DueNowAsync();
        using var killed = new ManualResetEventSlim();
        TaskCompletionSource firstMails = new(TaskCreationOptions.RunContinuationsAsynchronously), bothMail =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        var (firsts, seconds) = (0, 0);
        Smtp.OnMail = mail =>
        {
            if (mail.Session > Connections && Interlocked.Increment(ref seconds) == Connections)
                bothMail.TrySetResult();
            else if (mail.Session <= Connections && Interlocked.Increment(ref firsts) > Readers / 8)
            {
                firstMails.TrySetResult();
                killed.Wait(); // blocks until the worker that sent this message is dead
            }
        };
        await using var first = Dispatch(UncertainDelivery.Resend);
        await Task.WhenAny(firstMails.Task, first.Heard);
        await using var second = Dispatch(UncertainDelivery.Resend);
        await Task.WhenAny(bothMail.Task, first.Heard, second.Heard);
        await first.KillAsync();
        killed.Set();
        await EndsAsync(second);
        await AssertEverybodyHasItAsync(issue, Connections);
        Assert.That(bothMail.Task.IsCompleted, "both were mailing");
    }
}

/// <summary>A PostgreSQL server that restarts in the middle of an issue.</summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RestartedServerTests(Provider provider) : RunningIssueTest(provider)
{
    private PostgresCluster? server;
    private PostgresDatabase? database;

    /// <summary>Enough readers that some are left after the restart.</summary>
    protected override int Readers => Math.Max(base.Readers, 4000);

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        database is null ? [] : [(DatabaseChoice.Key, database.ConnectionString)];

    [TearDown]
    public void EndServer()
    {
        database?.Dispose();
        server?.Dispose();
    }

    [TestCase("fast")]
    [TestCase("immediate")]
    public async Task The_issue_waits_for_it_and_nobody_is_lost_or_gets_two(string how)
    {
        server = await Requires.OwnPostgresAsync();
        database = server.Create();
        var issue = await DueNowAsync();
        await using (var dispatch = await InTheMiddleAsync(Readers / 8))
        {
            server.Restart(how);
            await EndsAsync(dispatch);
            Assert.That(dispatch.Said, Does.Contain("The ledger can't be written"), "it was in the middle");
        }
        // If a claim's commit succeeds but the answer is lost, the delivery is uncertain for a moment. Its message was never sent.
        await AssertEverybodyHasItAsync(issue, Connections, mostDoubled: 0);
    }
}
