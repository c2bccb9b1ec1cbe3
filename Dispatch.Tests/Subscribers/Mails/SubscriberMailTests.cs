using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Dispatch.Tests.Subscribers.Mails;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SubscriberMailTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task A_reader_whose_server_says_later_is_mailed_later_under_the_same_Message_ID()
    {
        Smtp.Answers("451 4.7.1 Come back later", SmtpStep.EndOfData, times: 1);
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(await MailAsync(), Is.EqualTo((SubscriberMailState.Waiting, 1, 451)));
        await App.RunAfter(TimeSpan.FromMinutes(2));
        Assert.That(await MailAsync(), Is.EqualTo((SubscriberMailState.Accepted, 2, 250)));
        Assert.That(Smtp.MailFor(Ana).Select(mail => mail.MessageId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_mailbox_that_does_not_exist_is_not_tried_again()
    {
        Smtp.Answers("550 5.1.1 No such mailbox", SmtpStep.Recipient);
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(await MailAsync(), Is.EqualTo((SubscriberMailState.Rejected, 1, 550)));
    }

    [Test]
    public async Task A_relay_that_is_down_costs_the_reader_no_attempt()
    {
        Smtp.Closes();
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That((await MailAsync()).Attempts, Is.Zero);
        Smtp.Opens();
        await App.RunAfter(TimeSpan.FromMinutes(3));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [TestCase("554 5.7.1 Relay access denied", SmtpStep.Recipient)]
    [TestCase("504 5.5.2 <vm>: Helo command rejected", SmtpStep.Recipient)]
    [TestCase("550 5.4.5 Daily user sending limit exceeded", SmtpStep.EndOfData)]
    public async Task A_confirmation_refused_for_a_reason_of_ours_goes_out_when_that_is_mended(string reply, SmtpStep step)
    {
        Smtp.Answers(reply, step);
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        for (var hours = 0; hours < 40; hours++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That((await MailAsync()).State, Is.EqualTo(SubscriberMailState.Waiting));
        Smtp.AnswersNormally();
        await App.RunAfter(TimeSpan.FromHours(4));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
        Assert.That((await MailAsync()).State, Is.EqualTo(SubscriberMailState.Accepted));
    }

    [Test]
    public async Task A_confirmation_refused_for_a_moment_comes_within_a_minute()
    {
        Smtp.Answers("554 5.7.1 Relay access denied", times: 1);
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromSeconds(40));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task After_an_outage_of_more_than_a_day_the_first_later_is_not_the_last()
    {
        Smtp.Closes();
        await Reader.Subscribes(Ana);
        for (var hours = 0; hours < 26; hours++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Smtp.Opens();
        Smtp.Answers("451 4.7.1 Greylisted", times: 1);
        await App.RunAfter(TimeSpan.FromMinutes(3));
        Assert.That(await MailAsync(), Is.EqualTo((SubscriberMailState.Waiting, 1, 451)));
        await App.RunAfter(TimeSpan.FromMinutes(2));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_reader_erased_while_their_mail_is_on_its_way_leaves_no_failed_job()
    {
        await Reader.Subscribes(Ana);
        Smtp.OnMail = _ =>
        {
            using var db = App.OpenDb();
            db.Subscribers.ExecuteDelete();
        };
        Assert.That(async () => await App.RunUntilIdle(), Throws.Nothing);
    }

    [Test]
    public async Task A_job_whose_mail_went_with_its_reader_ends_quietly()
    {
        await Reader.Subscribes(Ana);
        await using (var db = App.OpenDb())
            await db.Subscribers.ExecuteDeleteAsync();
        Assert.That(async () => await App.RunUntilIdle(), Throws.Nothing);
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task A_job_that_was_lost_is_found_by_the_sweep()
    {
        await Reader.Subscribes(Ana);
        App.Jobs.Forget();
        await App.RunAfter(ReaderMailWake.TimeInQueue);
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_process_killed_before_it_queued_the_job_costs_its_reader_a_minute_at_most()
    {
        App.Jobs.Takes = 0; // the process dies when it queues a job
        await Reader.Subscribes(Ana);
        App.Jobs.Takes = null;
        await App.RunAfter(ReaderMailWake.TimeToQueue);
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_process_killed_after_it_was_given_the_job_costs_its_readers_nothing_once_a_worker_starts()
    {
        await Reader.Subscribes(Ana);
        App.Jobs.Forget();
        await using var next = Provider is Provider.Postgres ? NewApp() : null; // with SQLite, jobs and process end together
        await (next ?? App).Services.GetRequiredService<ReaderMailWake>().ForgetQueuedAsync(CancellationToken.None);
        if (next is null)
            await StopAsync();
        await (next ?? App).RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_job_that_another_process_took_and_ended_does_not_keep_the_next_from_being_queued()
    {
        await using var other = Provider is Provider.Postgres ? NewApp() : null; // SQLite allows only one process
        await Reader.Subscribes(Ana);
        App.Jobs.Forget();
        await (other ?? App).In<ReaderMailJob, bool>(async job =>
        {
            await job.RunAsync(CancellationToken.None); // as if Hangfire ran the job in that process
            return true;
        });
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await Reader.Subscribes("bo@example.com");
        await App.Jobs.RunAsync();
        Assert.That(Smtp.MailFor("bo@example.com"), Has.Count.EqualTo(1), "without the sweep");
    }

    [Test]
    public async Task Mails_that_wait_behind_a_slow_relay_are_not_queued_again_at_every_sweep()
    {
        for (var number = 0; number < 20; number++)
            await Reader.Subscribes($"reader{number}@example.com");
        for (var sweeps = 0; sweeps < 60; sweeps++)
        {
            Clock.Advance(TimeSpan.FromSeconds(10));
            await App.Sweep();
        }
        Assert.That(App.Jobs.Names, Has.Count.AtMost(2), "once as they came, and once as if that had been lost");
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(20));
    }

    [TestCase(0, true, TestName = "Groups_of_mails_grow_while_the_relay_is_fast")]
    [TestCase(1, false, TestName = "Behind_a_slow_relay_few_mails_are_claimed_at_a_time_so_that_an_urgent_one_need_not_wait")]
    public async Task Groups_of_mails(int secondsForEach, bool grow)
    {
        const int readers = 260, twoSmallGroups = 64;
        for (var number = 0; number < readers; number++)
            await Reader.Subscribes($"reader{number}@example.com");
        var most = 0;
        Smtp.OnMail = _ =>
        {
            Clock.Advance(TimeSpan.FromSeconds(secondsForEach));
            using var db = App.OpenDb();
            most = Math.Max(most, db.SubscriberMails.Count(mail =>
                mail.State == SubscriberMailState.Waiting && mail.ClaimedUntil != null));
        };
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(readers));
        Assert.That(most, grow ? Is.GreaterThan(twoSmallGroups) : Is.AtMost(twoSmallGroups));
    }

    [Test]
    public async Task A_job_that_runs_twice_mails_once()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunJobAsync()));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_mail_that_its_relay_holds_for_longer_than_a_claim_is_sent_once()
    {
        await Reader.Subscribes(Ana);
        var held = 0;
        Smtp.OnMail = _ =>
        {
            for (var minute = 0; minute < 12 && Interlocked.Increment(ref held) <= 12; minute++)
            {
                Clock.Advance(TimeSpan.FromMinutes(1));
                Assert.That(() => ClaimedUntil() - Clock.GetUtcNow(), Is.GreaterThan(TimeSpan.FromMinutes(1)).After(20_000, 10),
                    "renewed, and in good time");
                RunJobAsync().GetAwaiter().GetResult(); // another job that a sweep queued
                Assert.That(App.In<ReaderMailClaims, ReaderMailRun?>(queue => queue.ClaimAsync(16, CancellationToken.None))
                    .GetAwaiter().GetResult(), Is.Null, "and another process finds nothing to send");
            }
        };
        await App.RunUntilIdle();
        Assert.That(held, Is.GreaterThanOrEqualTo(12));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
        Assert.That(await MailAsync(), Is.EqualTo((SubscriberMailState.Accepted, 1, 250)));
    }

    [Test]
    public async Task A_worker_that_dies_in_the_middle_leaves_the_mail_to_another()
    {
        await Reader.Subscribes(Ana);
        App.Jobs.Forget();
        await using (var db = App.OpenDb()) // as if a run was killed after its claim
            await db.SubscriberMails
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.ClaimedUntil, Clock.GetUtcNow() + ReaderMailClaims.Claim));
        await RunJobAsync();
        Assert.That(Smtp.Mails, Is.Empty);
        await App.RunAfter(ReaderMailClaims.Claim);
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Whoever_unsubscribes_before_the_welcome_goes_out_gets_none()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await Reader.Confirms(Ana);
        await using var db = App.OpenDb();
        var subscription = await db.Subscriptions.SingleAsync();
        await Reader.UnsubscribesInOneClick(new KnownReader("nobody@mailed.test", subscription.SubscriberId, subscription.NewsletterId));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1), "the confirmation only");
        Assert.That(await db.SubscriberMails.Where(mail => mail.Kind == SubscriberMailKind.Welcome).Select(mail => mail.State)
            .SingleAsync(), Is.EqualTo(SubscriberMailState.Dropped));
    }

    [Test]
    public async Task Several_newsletters_confirmed_at_once_are_welcomed_with_one_mail()
    {
        var (one, other, third) = (await Given.Newsletter(), await Given.Newsletter("weekly"), await Given.Newsletter("daily"));
        await Reader.Subscribes(Ana, "Ana", one.Slug, other.Slug, third.Slug);
        await App.RunUntilIdle();
        await Reader.Confirms(Ana);
        await App.RunUntilIdle();
        var welcome = Smtp.MailFor(Ana).Skip(1).Single();
        Assert.Multiple(() =>
        {
            Assert.That(welcome.Subject, Is.EqualTo($"Welcome to {one.Name}, {other.Name} and {third.Name}"));
            Assert.That(welcome.Text,
                Does.Contain($"{other.Name}: the next issue is due on Wednesday, December 2, 2026.").And.Contain("Dear Ana"));
            Assert.That(welcome.Html, Does.Contain($"{third.Name}: the next issue is due on").And.Not.Contain("\uE000"));
            Assert.That(welcome.Message.Headers.Contains("List-Unsubscribe"), Is.False, "one click would end one of three");
        });
        var leave = await App.Http.GetStringAsync(welcome.Link("/preferences/").AbsolutePath);
        Assert.That(leave, Does.Contain(one.Name).And.Contain(other.Name).And.Contain(third.Name), "each can be left from here");
    }

    [Test]
    public async Task A_welcome_leaves_out_what_was_left_before_it_went_and_what_was_there_already()
    {
        var (one, other, third) = (await Given.Newsletter(), await Given.Newsletter("weekly"), await Given.Newsletter("daily"));
        var ana = await Given.ConfirmedSubscriber(Ana, newsletter: third);
        Clock.Advance(TimeSpan.FromHours(1));
        await Reader.Subscribes(Ana, null, one.Slug, other.Slug);
        await App.RunUntilIdle();
        await Reader.Confirms(Ana);
        await Reader.Presses(Reader.UnsubscribePath(ana with { NewsletterId = one.Id }));
        await App.RunUntilIdle();
        var welcome = Smtp.MailFor(Ana)[^1];
        Assert.That(welcome.Subject, Is.EqualTo($"Welcome to {other.Name}"));
        Assert.That(welcome.UnsubscribeLink.AbsolutePath, Is.EqualTo(Reader.UnsubscribePath(ana with { NewsletterId = other.Id })),
            "one click ends the one it is about");
    }

    [Test]
    public async Task Each_mail_to_a_reader_has_an_envelope_sender_that_names_it_to_us_alone()
    {
        await Reader.SubscribesAndConfirms(Ana);
        var tokens = App.Services.GetRequiredService<LinkTokens>();
        await using var db = App.OpenDb();
        var rows = await db.SubscriberMails.OrderBy(mail => mail.Id).ToListAsync();
        var senders = Smtp.MailFor(Ana).Select(mail => mail.Sender).ToList();
        Assert.That(senders, Has.Count.EqualTo(2).And.Unique.And.All.Match("^bounces\\+[a-z2-7]{40}@sender.test$"),
            "a confirmation and a welcome");
        foreach (var (sender, row) in senders.Zip(rows))
        {
            var token = sender["bounces+".Length..sender.IndexOf('@', StringComparison.Ordinal)];
            Assert.That(tokens.TryRead(token, LinkKind.MailBounce, out var reader, out var mail), Is.True);
            Assert.That((reader, mail), Is.EqualTo((row.SubscriberId, row.Id)));
            Assert.That(tokens.TryRead(token, LinkKind.Bounce, out _, out _) || tokens.TryRead(token, LinkKind.Unsubscribe, out _, out _),
                Is.False, "and is nothing else");
        }
    }

    [Test]
    public async Task A_Message_ID_does_not_tell_how_many_mails_went_before_it()
    {
        await Given.Suppression("victim@example.com", SuppressionReason.Complaint);
        foreach (var address in new[] { Ana, "victim@example.com", "bo@example.com" })
            await Reader.Subscribes(address);
        await App.RunUntilIdle();
        var ids = Smtp.Mails.Select(mail => mail.MessageId).ToList();
        Assert.That(ids, Has.Count.EqualTo(2).And.Unique.And.All.Match("^[0-9a-f]{30}@sender.test$"));
    }

    [Test]
    public async Task No_job_holds_anything_of_a_reader()
    {
        await Reader.SubscribesAndConfirms(Ana, "Ana Novak");
        Assert.That(App.Jobs.Names, Is.Not.Empty.And.All.EqualTo("ReaderMailJob.RunAsync()"));
    }

    [Test]
    public void A_reply_that_a_broken_connection_hid_counts_as_later()
    {
        var mail = new SubscriberMail { CreatedAt = Start };
        mail.Record(new SmtpReply(ReplyKind.Unknown, 0, null, "cut"), new RetryPolicy(Options.Create(new DeliverySettings())), null, Start);
        Assert.That((mail.State, mail.Attempts), Is.EqualTo((SubscriberMailState.Waiting, 1)));
        Assert.That(mail.NextAttemptAt, Is.GreaterThan(Start));
    }

    private async Task<(SubscriberMailState State, int Attempts, int? Code)> MailAsync()
    {
        await using var db = App.OpenDb();
        var mail = await db.SubscriberMails.SingleAsync();
        return (mail.State, mail.Attempts, mail.ReplyCode);
    }

    private DateTimeOffset? ClaimedUntil()
    {
        using var db = App.OpenDb();
        return db.SubscriberMails.Select(mail => mail.ClaimedUntil).Single();
    }

    private Task<bool> RunJobAsync() => App.In<ReaderMailJob, bool>(async job =>
    {
        await job.RunAsync(CancellationToken.None);
        return true;
    });
}
