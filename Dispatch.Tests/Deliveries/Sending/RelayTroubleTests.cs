using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Deliveries.Sending;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RelayTroubleTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task One_recipient_answered_421_is_deferred_and_everybody_else_is_mailed_at_once()
    {
        await Given.ConfirmedSubscribers(60);
        Smtp.Answers("421 4.7.0 Try later", SmtpStep.Recipient, "reader7@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(59).And.Property("Deferred").EqualTo(1));
        Assert.That((await App.Issue(issue)).LastError, Is.Null);
        Smtp.AnswersNormally();
        await App.RunAfter(TimeSpan.FromMinutes(2));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_relay_that_answers_421_to_every_recipient_rests_and_uses_up_nobody()
    {
        await Given.ConfirmedSubscribers(20);
        Smtp.Answers("421 4.7.0 Try later");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("421"));
        for (var minutes = 0; minutes < 60; minutes++)
            await App.RunAfter(TimeSpan.FromMinutes(1));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(0).And.Property("Uncertain").EqualTo(0));
        Smtp.AnswersNormally();
        for (var hours = 0; hours < 5; hours++)
            await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(20));
    }

    [TestCase("421 4.7.0 Too many messages on this connection")]
    [TestCase("452 4.3.1 Too many messages on this connection")]
    public async Task A_goodbye_after_every_few_mails_rests_no_relay(string goodbye)
    {
        await Given.ConfirmedSubscribers(100);
        Smtp.Goodbye = (5, goodbye);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle(); // would not finish if the relay rested, because the clock stands still
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(100));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task A_relay_that_takes_mails_and_confirms_none_is_rested_told_of_and_mails_nobody_without_end()
    {
        await Given.ConfirmedSubscribers(60);
        Smtp.HangsUp(SmtpStep.EndOfData, times: int.MaxValue);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.LessThanOrEqualTo(5 + 4), "those that were under way beside the fifth");
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("confirms none"));
        Assert.That(App.Services.GetRequiredService<RelayPool>().Status.Single().RestingUntil, Is.Not.Null);

        for (var minutes = 0; minutes < 24 * 60; minutes += 20)
            await App.RunAfter(TimeSpan.FromMinutes(20));
        Assert.That(Smtp.Recipients.GroupBy(reader => reader).Select(group => group.Count()),
            Has.All.LessThanOrEqualTo(1 + RetryPolicy.MostResends));
        Assert.That(await App.Progress(issue), Has.Property("Rejected").EqualTo(0).And.Property("Uncertain").GreaterThan(0));

        Smtp.AnswersNormally(); // too late for the deliveries that were already sent three times
        for (var hours = 0; hours < 10; hours++)
            await App.RunAfter(TimeSpan.FromHours(1));
        await using var db = App.OpenDb();
        var left = await db.Deliveries.Where(delivery => delivery.State == DeliveryState.Uncertain).ToListAsync();
        Assert.That(left, Has.All.Property("Lost").EqualTo(1 + RetryPolicy.MostResends).And.All.Property("NextAttemptAt").Null);
        var api = await ApiCaller.With(App);
        if (left.Count > 0)
            Assert.That((await api.Post($"/deliveries/{issue}-{left[0].SubscriberId}/resend")).Is(200)["state"]
                .GetString(), Is.EqualTo("pending"));
    }

    [Test]
    public async Task One_lost_answer_among_others_rests_no_relay()
    {
        await Given.ConfirmedSubscribers(60);
        foreach (var reader in new[] { 3, 4, 5, 20, 40 })
            Smtp.HangsUp(SmtpStep.EndOfData, $"reader{reader}@readers.test");
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(55).And.Property("Uncertain").EqualTo(5));
        Assert.That((await App.Issue(issue)).LastError, Is.Null);
    }

    [Test]
    public async Task A_relay_that_answers_250_to_DATA_has_taken_nothing()
    {
        await Given.ConfirmedSubscribers(5);
        Smtp.Answers("250 2.0.0 taken", SmtpStep.Data);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(await App.Progress(issue), Has.Property("Pending").EqualTo(5).And.Property("Accepted").EqualTo(0));
        Assert.That((await App.Issue(issue)).LastError, Does.Contain("out of step"));
        Assert.That(App.Services.GetRequiredService<RelayPool>().RestingUntil, Is.Not.Null);
        Smtp.AnswersNormally();
        await App.RunAfter(TimeSpan.FromMinutes(3));
        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(5));
    }
}
