using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Browsers;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Decisions;

/// <summary>A relay refuses a message because of its reader or because of its sender. Only the former counts against the reader.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RefusalsTests(Provider provider) : DispatchTest(provider)
{
    private const string Denied = "554 5.7.1 Relay access denied";

    [TestCase("504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", SmtpStep.Recipient, 6)]
    [TestCase("504 Parameter not implemented", SmtpStep.Recipient, 6)]
    [TestCase(Denied, SmtpStep.Recipient, 1)]
    [TestCase(Denied, SmtpStep.Recipient, 60)]
    [TestCase("550 5.4.5 Daily user sending limit exceeded", SmtpStep.EndOfData, 6)]
    [TestCase("552 5.3.4 Message size exceeds fixed limit", SmtpStep.EndOfData, 6)]
    [TestCase("550 5.7.26 Unauthenticated mail is not taken", SmtpStep.Data, 2)]
    [TestCase("550 5.1.1 User unknown", SmtpStep.Recipient, 60, Description = "whatever its code, when it is everybody's")]
    public async Task A_refusal_of_everybody_uses_up_nobody_and_the_issue_stands_still_and_says_why(
        string reply, SmtpStep step, int readers)
    {
        await Given.ConfirmedSubscribers(readers);
        Smtp.Answers(reply, step);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(await App.Issue(issue), Has.Property("State").AnyOf(IssueState.Paused, IssueState.Sending).And.Property("LastError")
            .Contains(reply[..3]));
        await AssertNobodyIsUsedUpAsync(readers);

        Smtp.AnswersNormally();
        await SendNowAsync(issue); // a person resumes the issue after fixing the cause
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(readers));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    [Test]
    public async Task While_it_is_not_mended_the_relay_is_not_asked_on_and_nobody_is_used_up()
    {
        await Given.ConfirmedSubscribers(60);
        Smtp.Answers(Denied);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var asked = Smtp.Sessions;
        for (var hour = 0; hour < 48; hour++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.Sessions, Is.EqualTo(asked));
        await SendNowAsync(issue); // a person resumes the issue before fixing the cause
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Paused));
        await AssertNobodyIsUsedUpAsync(60);
    }

    [Test]
    public async Task A_quota_that_ends_in_the_middle_uses_up_nobody_although_each_refusal_has_another_text()
    {
        await Given.ConfirmedSubscribers(200);
        var mails = 0;
        Smtp.OnMail = _ =>
        {
            if (Interlocked.Increment(ref mails) != 50)
                return;
            for (var reader = 200; reader > 0; reader--) // in reverse, so nobody is accepted after a refusal
                Smtp.Answers($"550 5.7.0 Rejected by filter 4X{reader}yzQ for <reader{reader}@readers.test>",
                    SmtpStep.Recipient, $"reader{reader}@readers.test");
        };
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var progress = await App.Progress(issue);
        Assert.That(progress, Has.Property("Rejected").EqualTo(0).And.Property("Accepted").InRange(50, 60).And.Property("Pending")
            .EqualTo(200 - progress.Accepted));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Paused).And.Property("LastError")
            .Contains("Rejected by filter"));

        Smtp.AnswersNormally();
        await SendNowAsync(issue);
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(200));
    }

    [TestCase(3)]
    [TestCase(40)]
    public async Task Dead_mailboxes_at_the_head_of_a_list_do_not_stop_it(int readers)
    {
        await Given.ConfirmedSubscribers(readers);
        for (var dead = 1; dead <= 3; dead++)
            Smtp.Answers("550 5.1.1 User unknown", SmtpStep.Recipient, $"reader{dead}@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(3).And.Property("Accepted").EqualTo(readers - 3));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }

    [Test]
    public async Task One_refused_by_policy_among_others_is_told_as_such_and_can_be_sent_to_again()
    {
        var ana = await Given.ConfirmedSubscriber("ana@strict.test");
        await Given.ConfirmedSubscribers(30);
        Smtp.Answers("550 5.7.1 Blocked by our policy", SmtpStep.Recipient, ana.Address);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        var api = await ApiCaller.With(App);
        var rejected = (await api.Get($"/issues/{issue}/deliveries?state=rejected")).Is(200);
        Assert.That(rejected.Items.Single().GetProperty("reply").GetProperty("about").GetString(), Is.EqualTo("policy"));
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}/deliveries?state=Rejected");
        Assert.That(desk.Text, Does.Contain("Rejected (policy)"));

        Smtp.AnswersNormally();
        Assert.That((await api.Post($"/deliveries/{issue}-{ana.SubscriberId}/resend")).Is(200)["state"].GetString(), Is.EqualTo("pending"));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sending));
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(31));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Assert.That((await api.Post($"/deliveries/{issue}-{ana.SubscriberId}/resend")).Why(409),
            Does.StartWith("This delivery is accepted"));
    }

    [Test]
    public async Task At_the_desk_one_who_was_rejected_is_sent_it_again()
    {
        var ana = await Given.ConfirmedSubscriber("ana@strict.test");
        await Given.ConfirmedSubscribers(5);
        Smtp.Answers("550 5.1.1 No such mailbox", SmtpStep.Recipient, ana.Address, times: 1);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        var desk = await DeskBrowser.SignedInAsync(App);
        await desk.OpenAsync($"/desk/issues/{issue}/deliveries?state=Rejected");
        await desk.SubmitAsync($"#decide-{ana.SubscriberId}", button: "Send again");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(ana.Address), Has.Count.EqualTo(1));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task The_rest_takes_in_whoever_was_rejected()
    {
        await Given.ConfirmedSubscribers(30);
        Smtp.Answers("550 5.7.1 Blocked by our policy", SmtpStep.Recipient, "reader7@readers.test");
        Smtp.Answers("550 5.1.1 No such mailbox", SmtpStep.Recipient, "reader9@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(2));
        Smtp.AnswersNormally();
        await SendNowAsync(issue);
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(30));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_reply_about_us_to_one_reader_is_heard_again_later_and_stops_nobody_else()
    {
        await Given.ConfirmedSubscribers(30);
        Smtp.Answers("501 5.5.4 Syntax error in parameters", SmtpStep.Recipient, "reader7@readers.test", times: 1);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(29).And.Property("Deferred").EqualTo(1));
        await App.RunAfter(TimeSpan.FromMinutes(2));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(30));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task Of_a_run_that_is_killed_before_it_knew_nobody_is_used_up()
    {
        await Given.ConfirmedSubscribers(6);
        Smtp.Answers(Denied);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await App.In<DeliveryLedger, bool>(ledger => ledger.LeaseAsync(issue, 1, "killed", CancellationToken.None));
        await using (var db = App.OpenDb()) // as if a run was killed before it settled the refusals
            await db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.ReplyCode, 554)
                .SetProperty(delivery => delivery.ReplyText, "Relay access denied"));
        Smtp.AnswersNormally();
        await RestartAsync();
        await App.RunAfter(TimeSpan.FromMinutes(15));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(6));
    }

    private async Task AssertNobodyIsUsedUpAsync(int readers)
    {
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.GroupBy(delivery => new { delivery.State, delivery.Attempts })
            .Select(group => new { group.Key.State, group.Key.Attempts, Count = group.Count() }).ToListAsync(),
            Is.EqualTo(new[] { new { State = DeliveryState.Pending, Attempts = 0, Count = readers } }));
    }

    private async Task SendNowAsync(int issue) =>
        Assert.That(await App.In<SendingDesk, IssueOutcome>(desk => desk.SendNowAsync(issue, Actor.CommandLine)),
            Is.InstanceOf<IssueOutcome.Done>());
}

/// <summary>One of two relays refuses every recipient.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public sealed class OneRefusingRelayTests(Provider provider) : DispatchTest(provider), IAsyncDisposable
{
    private readonly ScriptedSmtpServer second = new();

    public async ValueTask DisposeAsync() => await second.DisposeAsync();

    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Mail:Relays:1:Url", second.Url), ("Mail:Relays:1:Connections", "4")];

    [TestCase(4)]
    [TestCase(60)]
    public async Task The_other_mails_everybody(int readers)
    {
        second.Answers("554 5.7.1 Relay access denied");
        await Given.ConfirmedSubscribers(readers);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromSeconds(2));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(readers));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sent).And.Property("LastError").Null);
    }
}
