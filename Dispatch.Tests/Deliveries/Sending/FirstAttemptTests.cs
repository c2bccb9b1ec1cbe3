using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Sending;

/// <summary>Retries end a day after a reader's own first attempt.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class FirstAttemptTests(Provider provider) : DispatchTest(provider)
{
    private const string Greylisted = "451 4.7.1 Greylisted";

    [Test]
    public async Task An_issue_resumed_days_later_is_tried_again_when_the_first_answer_is_later()
    {
        var ana = await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Decide(desk => desk.PauseAsync(issue, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromDays(3));
        Smtp.Answers(Greylisted, times: 1);
        await Decide(desk => desk.ResumeAsync(issue, Actor.CommandLine));
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Deferred").EqualTo(1));
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.MailFor(ana.Address), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Whoever_is_sent_the_rest_days_later_has_a_day_of_retries_too()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        Smtp.Answers(Greylisted, recipient: "ana@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        for (var hours = 0; hours < 30; hours += 5)
            await App.RunAfter(TimeSpan.FromHours(5));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(1), "a day of retries is over");

        Smtp.AnswersNormally();
        Smtp.Answers(Greylisted, times: 2);
        Clock.Advance(TimeSpan.FromDays(2));
        await Given.ConfirmedSubscriber("new@readers.test");
        await Decide(desk => desk.SendNowAsync(issue, Actor.CommandLine));
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Deferred").EqualTo(2));
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Recipients, Is.EquivalentTo(new[] { "ana@readers.test", "new@readers.test" }));
    }

    [Test]
    public async Task A_day_of_retries_does_end()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        Smtp.Answers(Greylisted);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        for (var hours = 0; hours < 25; hours++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(1));
    }

    [Test]
    public async Task An_attempt_at_a_relay_that_is_down_does_not_begin_the_day()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        Smtp.Closes();
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await using (var db = App.OpenDb())
            Assert.That(await db.Deliveries.Select(delivery => new { delivery.State, delivery.FirstAttemptAt }).SingleAsync(),
                Is.EqualTo(new { State = DeliveryState.Pending, FirstAttemptAt = (DateTimeOffset?)null }));
        Clock.Advance(TimeSpan.FromDays(2));
        Smtp.Opens();
        Smtp.Answers(Greylisted, times: 1);
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(1));
    }

    [Test]
    public async Task A_mail_is_dated_by_its_own_first_attempt_and_a_copy_of_it_alike()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Decide(desk => desk.PauseAsync(issue, Actor.CommandLine));
        await App.RunAfter(TimeSpan.FromDays(3));
        Smtp.HangsUp(SmtpStep.EndOfData);
        await Decide(desk => desk.ResumeAsync(issue, Actor.CommandLine));
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Mails.Select(mail => mail.Message.Date), Is.EqualTo(new[] { Start.AddDays(3), Start.AddDays(3) }));
        Assert.That(Smtp.Mails.Select(mail => mail.MessageId).Distinct().Count(), Is.EqualTo(1));
    }

    private async Task Decide(Func<SendingDesk, Task<IssueOutcome>> act) =>
        Assert.That(await App.In(act), Is.InstanceOf<IssueOutcome.Done>());
}

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class WarmUpRetryTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Delivery:WarmUp:From", "2026-11-24"), ("Delivery:WarmUp:FirstDay", "50"), ("Delivery:WarmUp:Growth", "2")];

    [Test]
    public async Task Whoever_is_greylisted_on_the_second_day_is_tried_again()
    {
        await Given.ConfirmedSubscribers(120);
        Smtp.Answers("451 4.7.1 Greylisted", recipient: "reader100@readers.test", times: 1);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromDays(1) + TimeSpan.FromHours(1));
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.MailFor("reader100@readers.test"), Has.Count.EqualTo(1));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(120));
    }

    [Test]
    public async Task A_relay_that_is_down_uses_up_nothing_of_the_days_share()
    {
        await Given.ConfirmedSubscribers(50);
        Smtp.Closes();
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        for (var minutes = 0; minutes < 20; minutes++)
            await App.RunAfter(TimeSpan.FromMinutes(1));
        Smtp.Opens();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(50));
    }

    [Test]
    public async Task What_was_reserved_is_given_back_when_the_message_can_not_be_read()
    {
        await Given.ConfirmedSubscribers(50);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await using (var db = App.OpenDb())
            await db.Editions.ExecuteUpdateAsync(set => set.SetProperty(edition => edition.From, "no mailbox at all <"));
        Assert.That(() => App.Jobs.RunAsync(), Throws.Exception);
        await using (var db = App.OpenDb())
            Assert.That(await db.SendingDays.Select(day => day.Reserved).SingleAsync(), Is.Zero);
    }
}
