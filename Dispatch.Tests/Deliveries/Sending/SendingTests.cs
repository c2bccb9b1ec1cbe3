using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Sending;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SendingTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_reader_who_unsubscribes_after_the_fan_out_is_not_mailed()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        await Given.ConfirmedSubscriber("ben@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);

        await Reader.UnsubscribesInOneClick(ana);
        await App.RunUntilIdle();

        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "ben@readers.test" }));
        Assert.That((await App.Progress(issue)).Excluded, Is.EqualTo(new Dictionary<string, int> { ["unsubscribed"] = 1 }));
    }

    [Test]
    public async Task An_address_suppressed_after_the_fan_out_is_not_mailed()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Given.Suppression("ana@readers.test");
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [TestCase("451 4.7.1 Greylisted", SmtpStep.Recipient)]
    [TestCase("452 4.2.2 Mailbox full", SmtpStep.Data)]
    [TestCase("450 4.3.2 Not now", SmtpStep.EndOfData)]
    public async Task Who_is_told_later_is_mailed_later_and_the_others_now(string reply, SmtpStep step)
    {
        await Given.ConfirmedSubscribers(3);
        Smtp.Answers(reply, step, "reader2@readers.test", times: 2);
        var issue = await Given.IssueDueNow();

        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EquivalentTo(new[] { "reader1@readers.test", "reader3@readers.test" }));
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(2).And.Property("Deferred").EqualTo(1));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sending));

        await App.RunAfter(TimeSpan.FromSeconds(30));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(2), "too early to ask again");
        await App.RunAfter(TimeSpan.FromMinutes(2));
        await App.RunAfter(TimeSpan.FromMinutes(3));

        Assert.That(Smtp.MailFor("reader2@readers.test"), Has.Count.EqualTo(1));
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(3).And.Property("Deferred").EqualTo(0));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_reader_who_is_told_later_for_a_whole_day_is_given_up()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        Smtp.Answers("451 4.7.1 Greylisted");
        var issue = await Given.IssueDueNow();
        for (var hour = 0; hour < 30; hour++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(1).And.Property("Deferred").EqualTo(0));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [TestCase("550 5.1.1 No such user", SmtpStep.Recipient, 550, "5.1.1")]
    [TestCase("554 5.7.1 Refused", SmtpStep.EndOfData, 554, "5.7.1")]
    [TestCase("550 Gone", SmtpStep.Recipient, 550, null)]
    public async Task Who_is_told_never_is_not_asked_again(string reply, SmtpStep step, int code, string? enhanced)
    {
        await Given.ConfirmedSubscribers(2);
        Smtp.Answers(reply, step, "reader1@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromHours(1));

        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "reader2@readers.test" }));
        await using var db = App.OpenDb();
        var rejected = await db.Deliveries.SingleAsync(delivery => delivery.IssueId == issue && delivery.State == DeliveryState.Rejected);
        Assert.That(rejected, Has.Property("ReplyCode").EqualTo(code).And.Property("EnhancedCode")
            .EqualTo(enhanced).And.Property("Attempts").EqualTo(1));
    }

    [Test]
    public async Task What_a_server_says_about_an_address_is_kept_without_it()
    {
        await Given.ConfirmedSubscriber("ana.petrovic@readers.test");
        Smtp.Answers("550 5.1.1 <ana.petrovic@readers.test>: Recipient address rejected: no ana.petrovic at readers.test");
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That((await db.Deliveries.SingleAsync()).ReplyText,
            Does.Not.Contain("petrovic").And.Not.Contain("readers.test").And.Contain("Recipient address rejected"));
    }

    [Test]
    public async Task A_relay_that_is_down_uses_up_nobody()
    {
        await Given.ConfirmedSubscribers(80);
        Smtp.Closes();
        var issue = await Given.IssueDueNow();
        for (var minutes = 0; minutes < 60; minutes++)
            await App.RunAfter(TimeSpan.FromMinutes(1));

        await using (var db = App.OpenDb())
            Assert.That(await db.Deliveries.Select(delivery => new { delivery.State, delivery.Attempts }).Distinct()
                .SingleAsync(), Is.EqualTo(new { State = DeliveryState.Pending, Attempts = 0 }));
        Assert.That((await App.Issue(issue)).LastError, Is.Not.Empty, "the desk says why it stands still");

        Smtp.Opens();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(80));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    [Test]
    public async Task An_issue_no_longer_counts_as_stalled_once_a_message_is_accepted_though_its_chunk_goes_on()
    {
        await Given.ConfirmedSubscribers(40);
        Smtp.Closes();
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).LastError, Is.Not.Null);

        Smtp.Opens();
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) == 20)
                Patience.UntilItHolds(() => App.Issue(issue).GetAwaiter().GetResult().LastError is null);
        };
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(mails, Is.EqualTo(40));
    }

    [Test]
    public async Task A_person_who_pauses_a_stalled_issue_is_not_told_that_it_paused_by_itself()
    {
        await Given.ConfirmedSubscribers(2);
        Smtp.Closes();
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}");
        Assert.That(desk.Text, Does.Contain("Stalled:"));
        await desk.SubmitAsync("form.actions", button: "Pause");
        Assert.That(desk.Text, Does.Not.Contain("Stalled").And.Not.Contain("automatically"));
    }

    [TestCase(SmtpStep.Connect)]
    [TestCase(SmtpStep.Hello)]
    [TestCase(SmtpStep.Sender)]
    public async Task A_relay_that_closes_with_421_uses_up_nobody(SmtpStep step)
    {
        await Given.ConfirmedSubscribers(5);
        Smtp.Answers("421 4.3.2 Shutting down", step);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Pending").EqualTo(5));
        Smtp.AnswersNormally();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(5));
    }

    [Test]
    public async Task A_connection_cut_after_the_content_sends_the_same_mail_again()
    {
        await Given.ConfirmedSubscribers(3);
        Smtp.HangsUp(SmtpStep.EndOfData, "reader2@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        await App.RunAfter(TimeSpan.FromMinutes(5));

        var copies = Smtp.MailFor("reader2@readers.test");
        Assert.That(copies, Has.Count.EqualTo(2));
        Assert.That(copies.Select(mail => mail.MessageId).Distinct().Count(), Is.EqualTo(1), "so that her mail program shows one");
        Assert.That(Smtp.MailFor("reader1@readers.test").Concat(Smtp.MailFor("reader3@readers.test")).Count(),
            Is.EqualTo(2), "nobody else got it twice");
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task An_issue_paused_in_the_middle_goes_on_where_it_stopped()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        var paused = false;
        Smtp.OnMail = _ =>
        {
            lock (Smtp) // stops all connections until the decision is stored
            {
                if (Smtp.Mails.Count >= 20 && !paused)
                    Move(issue, to => to.Pause());
                paused = Smtp.Mails.Count >= 20;
            }
        };
        await App.RunUntilIdle();
        var early = Smtp.Mails.Count;
        Assert.That(early, Is.InRange(20, 40), "what was under way is finished, nothing else begun");
        await App.RunAfter(TimeSpan.FromMinutes(20));
        Assert.That(Smtp.Mails, Has.Count.EqualTo(early));

        Move(issue, to => to.Resume());
        await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_worker_told_to_stop_finishes_what_it_has_begun_and_leaves_the_rest()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        using var stopping = new CancellationTokenSource();
        Smtp.OnMail = _ =>
        {
            if (Smtp.Mails.Count == 20)
                stopping.Cancel();
        };
        await App.FanOut(issue);
        await App.Jobs.RunAsync(stopping.Token);
        Assert.That(Smtp.Mails.Count, Is.InRange(20, 40));
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(Smtp.Mails.Count), "each is recorded");

        Smtp.OnMail = null;
        await RestartAsync();
        await App.RunAfter(TimeSpan.FromMinutes(15));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
    }

    [Test]
    public async Task A_relay_that_does_not_reply_does_not_keep_a_worker_from_ending()
    {
        await Given.ConfirmedSubscribers(10);
        var issue = await Given.IssueDueNow();
        using var stopping = new CancellationTokenSource();
        using var ended = new ManualResetEventSlim();
        var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Smtp.OnMail = _ =>
        {
            came.TrySetResult();
            ended.Wait();
        };
        await App.FanOut(issue);
        var running = Task.Run(() => App.Jobs.RunAsync(stopping.Token));
        try
        {
            await came.Task.WaitAsync(TimeSpan.FromMinutes(1));
            await stopping.CancelAsync();
            await StopAsync().WaitAsync(TimeSpan.FromMinutes(1));
        }
        finally
        {
            ended.Set();
        }
        await Task.WhenAny(running).WaitAsync(TimeSpan.FromMinutes(1)); // it may fail, since its app is gone
        var begun = Smtp.Recipients;
        await using (var db = App.OpenDb())
            Assert.That(await db.Deliveries.CountAsync(delivery => delivery.UncertainAt != null), Is.EqualTo(begun.Count), "recorded");

        Smtp.OnMail = null;
        await App.RunAfter(TimeSpan.FromMinutes(15));
        Assert.That(Smtp.Recipients.Distinct().Count(), Is.EqualTo(10));
        Assert.That(Smtp.Recipients.GroupBy(reader => reader).Where(copies => copies.Count() > 1).Select(copies => copies.Key),
            Is.SubsetOf(begun));
    }

    [Test]
    public async Task Jobs_that_are_lost_are_found_again()
    {
        await Given.ConfirmedSubscribers(10);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        App.Jobs.Forget();
        await App.RunAfter(TimeSpan.FromMinutes(15));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(10));
    }

    [Test]
    public async Task Jobs_that_wait_behind_a_slow_relay_are_not_queued_again()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var waiting = App.Jobs.Waiting;
        await App.In<DeliveryLedger, bool>(ledger => ledger.LeaseAsync(issue, 1, "a run", CancellationToken.None));
        App.Clock.Advance(TimeSpan.FromMinutes(15));
        await App.In<DeliveryLedger, bool>(ledger => ledger.RenewAsync(issue, 1, "a run", CancellationToken.None));
        await App.Sweep();
        await App.Sweep();
        Assert.That(App.Jobs.Waiting, Is.EqualTo(waiting + 1), "one for the place of the chunk that is being mailed, and no more");
        await App.RunAfter(TimeSpan.FromMinutes(1)); // the run that held the lease has died
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
    }

    [Test]
    public async Task A_process_killed_while_it_queues_the_jobs_keeps_nobody_waiting()
    {
        await Given.ConfirmedSubscribers(200);
        var issue = await Given.IssueDueNow();
        App.Jobs.Takes = 1;
        Assert.That(() => App.FanOut(issue), Throws.InstanceOf<OperationCanceledException>());
        App.Jobs.Takes = null;
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Has.Count.LessThan(200).And.Count.GreaterThan(0), "one chunk's job had been queued");
        await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
    }

    [Test]
    public async Task A_reader_sealed_with_a_key_that_is_not_here_yet_waits_for_it_and_the_others_do_not()
    {
        await Given.ConfirmedSubscribers(5);
        await ChangeKeyAsync("reader2@readers.test", to: 9);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await App.Jobs.RunAsync();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(4));
        Assert.That(await App.Progress(issue), Has.Property("Pending").EqualTo(1));
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("no key 9"));

        await ChangeKeyAsync("reader2@readers.test", to: 1);
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(5));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    private async Task ChangeKeyAsync(string address, byte to)
    {
        var hash = App.Services.GetRequiredService<KeyRing>().HashOf(EmailAddress.Parse(address));
        await using var db = App.OpenDb();
        var subscriber = await db.Subscribers.SingleAsync(known => known.AddressHash == hash);
        subscriber.SealedAddress = [to, .. subscriber.SealedAddress.Skip(1)];
        await db.SaveChangesAsync();
    }

    // Synchronous, because the scripted relay calls it before it replies.
    private void Move(int issueId, Func<Issue, Refusal?> move)
    {
        using var db = App.OpenDb();
        var issue = db.Issues.Single(known => known.Id == issueId);
        Assert.That(move(issue), Is.Null);
        db.SaveChanges();
    }
}
