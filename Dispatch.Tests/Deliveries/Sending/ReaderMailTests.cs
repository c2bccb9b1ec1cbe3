using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>Messages to individual readers are sent like issues, but ahead of them.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ReaderMailTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task A_confirmation_does_not_wait_until_an_issue_is_through()
    {
        await Given.ConfirmedSubscribers(400);
        var (mails, readers) = (0, Task.CompletedTask);
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) != 20)
                return;
            Reader.Subscribes(Ana).GetAwaiter().GetResult();
            readers = Task.Run(RunJobAsync);
            Patience.UntilItHolds(IsClaimed);
        };
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        await readers.WithinAMinute();
        Assert.That(Smtp.Recipients, Has.Count.EqualTo(401).And.Unique);
        Assert.That(Smtp.Recipients.IndexOf(Ana), Is.LessThan(350));
    }

    [Test]
    public async Task Two_workers_never_take_up_the_same_mail()
    {
        var readers = await Given.ConfirmedSubscribers(50);
        await using (var db = App.OpenDb())
        {
            db.AddRange(readers.Select(reader => SubscriberMail.AlreadyThere(reader.SubscriberId, Clock.GetUtcNow())));
            await db.SaveChangesAsync();
        }
        await using var other = Provider is Provider.Postgres ? NewApp() : null; // a SQLite file belongs to one process
        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Task.Run(() => (number % 2 == 0 ? App : other ?? App)
            .In<ReaderMailClaims, ReaderMailRun?>(queue => queue.ClaimAsync(7, CancellationToken.None)))));
        Assert.That(runs.SelectMany(run => run?.Open ?? []).ToList(), Has.Count.EqualTo(50).And.Unique);
    }

    [Test]
    public async Task A_worker_that_slept_beyond_its_claims_leaves_them_to_whoever_has_them_now()
    {
        foreach (var number in Enumerable.Range(1, 3))
            await Reader.Subscribes($"reader{number}@example.com");
        await App.In<ReaderMailClaims, bool>(async queue =>
        {
            var late = await queue.ClaimAsync(16, CancellationToken.None);
            await queue.RenewAsync(late!, CancellationToken.None);
            Assert.That(late!.Open, Has.Count.EqualTo(3), "nobody else has claimed any");
            Clock.Advance(ReaderMailClaims.Claim + TimeSpan.FromSeconds(1));
            var heir = await queue.ClaimAsync(2, CancellationToken.None);

            await queue.RenewAsync(late, CancellationToken.None);
            Assert.That(late.Open, Is.EqualTo(late.Open.Except(heir!.Open)).And.Count.EqualTo(1), "the one that the heir has not");
            await queue.ReleaseAsync([.. heir.Open], late.Claims.Until);
            Assert.That((await queue.ClaimAsync(16, CancellationToken.None))?.Open ?? [], Is.Empty, "all are still claimed");
            await queue.ReleaseAsync(late.Claims.Ids, late.Claims.Until);
            Assert.That((await queue.ClaimAsync(16, CancellationToken.None))!.Open, Has.Count.EqualTo(1));
            return true;
        });
    }

    [Test]
    public async Task A_job_that_meets_a_restarted_database_tries_again_because_nobody_else_may_queue_one()
    {
        if (Provider is not Provider.Postgres)
            return; // a SQLite file has no mark
        await Reader.Subscribes(Ana);
        await using (var db = App.OpenDb())
        {
            NpgsqlConnection.ClearPool((NpgsqlConnection)db.Database.GetDbConnection());
            Assert.That(await db.SubscriberMails.CountAsync(), Is.EqualTo(1)); // the pool then has this one connection
            await using var admin = new NpgsqlConnection(db.Database.GetConnectionString() + ";Pooling=false");
            await admin.OpenAsync();
            await using var end = new NpgsqlCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
                admin);
            await end.ExecuteNonQueryAsync();
        }
        await App.In<ReaderMailJob, bool>(async job =>
        {
            await job.RunAsync(CancellationToken.None);
            return true;
        }).WithinAMinute();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_worker_that_slept_beyond_its_claims_sends_none_of_them()
    {
        await Reader.Subscribes(Ana);
        var run = await App.In<ReaderMailClaims, ReaderMailRun?>(queue => queue.ClaimAsync(16, CancellationToken.None));
        Assert.That(run!.IsHeld);
        Clock.Advance(ReaderMailClaims.Claim);
        Assert.That(run.IsHeld, Is.False);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1), "another has sent it");
    }

    [Test]
    public async Task A_mail_that_can_not_be_written_holds_up_no_other()
    {
        await Reader.Subscribes(Ana);
        await Reader.Subscribes("bo@example.com");
        await using (var db = App.OpenDb()) // makes the first message impossible to write
            await db.Confirmations.OrderBy(confirmation => confirmation.Id).Take(1)
                .ExecuteUpdateAsync(set => set.SetProperty(confirmation => confirmation.Seed, Array.Empty<byte>()));
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "bo@example.com" }));
    }

    private bool IsClaimed()
    {
        using var db = App.OpenDb();
        return db.SubscriberMails.Any(mail => mail.ClaimedUntil != null || mail.State != SubscriberMailState.Waiting);
    }

    private Task<bool> RunJobAsync() => App.In<ReaderMailJob, bool>(async job =>
    {
        await job.RunAsync(CancellationToken.None);
        return true;
    });
}
