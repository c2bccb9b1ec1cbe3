using Dispatch.Tests.Deliveries.Sending;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Dispatch.Tests.Deliveries.Ledger;

/// <summary>A living run keeps its chunk, even if clocks differ or a renewal of its lease fails.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class LeaseTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_clock_set_ahead_in_the_middle_of_a_run_has_nobody_mailed_twice()
    {
        await Given.ConfirmedSubscribers(30);
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) != 5)
                return;
            Clock.Advance(TimeSpan.FromHours(1)); // all leases have expired
            App.Sweep().GetAwaiter().GetResult();
            App.Jobs.RunAsync().GetAwaiter().GetResult();
        };
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(30));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.CountAsync(delivery => delivery.UncertainAt != null), Is.Zero);
    }

    [Test]
    public async Task A_renewal_that_fails_is_tried_again_until_the_run_is_over()
    {
        await Given.ConfirmedSubscribers(1);
        using var held = new ManualResetEventSlim();
        var under = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Smtp.OnMail = _ =>
        {
            under.TrySetResult();
            held.Wait(); // blocks until the test has read the leases
        };
        await Given.IssueDueNow();
        var mailing = Task.Run(() => App.RunUntilIdle());
        try
        {
            await under.Task.WithinAMinute();
            await using var db = App.OpenDb();
            var before = await UntilAsync(db, _ => true);
            await RefuseRenewalsAsync(db, true);
            await TickAsync();
            await TickAsync();
            Assert.That(await UntilAsync(db, _ => true), Is.EqualTo(before), "no renewal went through");
            await RefuseRenewalsAsync(db, false);
            await TickAsync();
            await UntilAsync(db, until => until > before);
        }
        finally
        {
            held.Set();
            await mailing.WithinAMinute();
        }
        Assert.That(Smtp.Mails, Has.Count.EqualTo(1));
    }

    // Advances the clock by a third of the lease, and gives the lease's renewal time to reach the database.
    private async Task TickAsync()
    {
        Clock.Advance(TimeSpan.FromSeconds(10));
        for (var turn = 0; turn < 50; turn++)
        {
            await using var db = App.OpenDb();
            await db.DeliveryChunks.CountAsync();
        }
    }

    private static async Task<DateTimeOffset?> UntilAsync(DispatchDb db, Func<DateTimeOffset?, bool> comes)
    {
        DateTimeOffset? until = null;
        await Patience.UntilItHoldsAsync(async () =>
            comes(until = await db.DeliveryChunks.Select(chunk => chunk.LeasedUntil).SingleAsync()));
        return until;
    }

    private async Task RefuseRenewalsAsync(DispatchDb db, bool refuse) => await db.Database.ExecuteSqlRawAsync((Provider, refuse) switch
    {
        (Provider.Sqlite, true) =>
            """CREATE TRIGGER refuse BEFORE UPDATE OF "LeasedUntil" ON "DeliveryChunks" BEGIN SELECT RAISE(ABORT, 'no'); END""",
        (Provider.Sqlite, false) => "DROP TRIGGER refuse",
        (_, true) => """ALTER TABLE "DeliveryChunks" ADD CONSTRAINT refuse CHECK ("LeasedUntil" IS NULL) NOT VALID""",
        _ => """ALTER TABLE "DeliveryChunks" DROP CONSTRAINT refuse""",
    });
}

/// <summary>Two workers whose clocks differ.</summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ClocksApartTests(Provider provider) : DispatchTest(provider)
{
    [TestCase(60)]
    [TestCase(-60)]
    public async Task The_one_that_differs_from_the_database_takes_over_nothing_and_says_why(int seconds)
    {
        await Given.ConfirmedSubscribers(120);
        var clock = new FakeTimeProvider(Clock.GetUtcNow().AddSeconds(seconds));
        await using var wrong = NewApp(clock);
        var issue = await Given.IssueDueNow();
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) == 10)
                wrong.RunUntilIdle().GetAwaiter().GetResult(); // while the other worker mails the issue
        };
        await App.FanOut(issue);
        await wrong.Sweep();
        Assert.That(wrong.Jobs.Waiting, Is.Zero, "it looks for nothing");
        await wrong.In<SendChunkJob, int>(async job =>
        {
            await job.RunAsync(issue, 1, 1, CancellationToken.None); // a job from the queue that both workers share
            return 0;
        });
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That((await App.Issue(issue)).LastError,
            Does.Contain("60 s").And.Contain(seconds > 0 ? "ahead of" : "behind").And.Contain("NTP"));

        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(120));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    [Test]
    public async Task A_few_seconds_are_no_trouble_and_a_lease_holds_all_the_same()
    {
        await Given.ConfirmedSubscribers(120);
        var clock = new FakeTimeProvider(Clock.GetUtcNow().AddSeconds(4));
        await using var other = NewApp(clock);
        var issue = await Given.IssueDueNow();
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) != 10)
                return;
            foreach (var one in new[] { Clock, clock })
                one.Advance(TimeSpan.FromSeconds(28)); // 32 s on the other worker's clock
            other.RunUntilIdle().GetAwaiter().GetResult();
        };
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(120));
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(120));
    }

    [Test]
    public async Task PostgreSQL_is_asked_for_its_own_clock()
    {
        await using var db = App.OpenDb();
        var clock = new DatabaseClock(App.Services.GetRequiredService<DatabaseChoice>(), TimeProvider.System);
        Assert.That(await clock.AheadAsync(db), Is.EqualTo(TimeSpan.Zero).Within(DatabaseClock.MostApart));
        Assert.That(await clock.TroubleAsync(db), Is.Null);
        Assert.That(await new DatabaseClock(App.Services.GetRequiredService<DatabaseChoice>(), Clock).TroubleAsync(db),
            Does.Contain("NTP"), "the test's clock stands elsewhere");
    }
}

/// <summary>A worker is suspended in the middle of an issue and resumes after another worker has taken over its chunks.</summary>
[TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class StalledWorkerTests(Provider provider) : RunningIssueTest(provider)
{
    [Test]
    public async Task Whoever_comes_back_after_its_lease_mails_nobody_and_what_it_learns_late_is_believed()
    {
        var issue = await DueNowAsync();
        var middle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopped = new ManualResetEventSlim();
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) < Readers / 4)
                return;
            middle.TrySetResult();
            stopped.Wait(); // the relay replies once the worker is suspended
        };
        await using var stalled = Dispatch(Worker.Mailing.UncertainDelivery.Resend);
        await Task.WhenAny(middle.Task, stalled.Heard);
        await StallsAndReturnsAsync(issue, stalled, stopped.Set);
    }

    [Test]
    public async Task Whoever_is_suspended_in_a_transaction_does_not_keep_the_others_waiting()
    {
        var issue = await DueNowAsync();
        await using (var db = App.OpenDb())
            await db.Database.ExecuteSqlRawAsync("""
                CREATE SEQUENCE releases;
                CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
                  'BEGIN IF nextval(''releases'') = 1 THEN PERFORM pg_sleep(3); END IF; RETURN NEW; END';
                CREATE TRIGGER slowly BEFORE UPDATE ON "DeliveryChunks" FOR EACH ROW
                  WHEN (OLD."LeasedBy" IS NOT NULL AND NEW."LeasedBy" IS NULL) EXECUTE FUNCTION slowly()
                """);
        await using var stalled = Dispatch(Worker.Mailing.UncertainDelivery.Resend);
        await using (var db = App.OpenDb())
            await Patience.UntilItHoldsAsync(async () => await db.Database.SqlQueryRaw<int>("""
                SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'
                """).SingleAsync() == 1);
        await StallsAndReturnsAsync(issue, stalled, () => { }); // the first chunk's row is locked, until the server ends the session
    }

    private async Task StallsAndReturnsAsync(int issue, DispatchProcess stalled, Action thenReply)
    {
        stalled.Signal("STOP");
        thenReply();
        // A job that the suspended worker has fetched and not begun counts as queued for two minutes, for which no test waits.
        await using (var db = App.OpenDb())
            await db.DeliveryChunks.ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.QueuedUntil, (DateTimeOffset?)null));
        await using (var heir = Dispatch(Worker.Mailing.UncertainDelivery.Resend))
            await EndsAsync(heir);
        stalled.Signal("CONT");
        Assert.That(await stalled.TerminateAsync(), Is.Zero, stalled.Said);
        await AssertEverybodyHasItAsync(issue, Connections);
    }
}
