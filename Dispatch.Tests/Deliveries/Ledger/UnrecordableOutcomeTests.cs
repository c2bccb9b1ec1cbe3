using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Ledger;

/// <summary>If the database refuses to store an outcome, only that delivery is affected.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class UnrecordableOutcomeTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "reader3@readers.test";

    [TestCase("250 2.0.0 ", 299)]
    [TestCase("250 2.0.0 ", 298)]
    [TestCase("550 5.1.1 ", 299)]
    [TestCase("451 4.7.1 ", 299)]
    public async Task A_reply_with_an_emoji_where_it_is_cut_is_recorded_and_nobody_gets_two(string code, int letters)
    {
        await Given.ConfirmedSubscribers(6);
        Smtp.Answers(code + new string('x', letters) + "\U0001F600 and more", SmtpStep.EndOfData, Ana, times: 1);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await App.RunAfter(TimeSpan.FromMinutes(5));
        Assert.That(Smtp.Mails.Where(mail => mail.Answered && mail.Recipient != Ana).Select(mail => mail.Recipient)
            .ToList(), Is.Unique.And.Count.EqualTo(5));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        await using var db = App.OpenDb();
        Assert.That(await db.Deliveries.CountAsync(delivery => delivery.UncertainAt != null), Is.Zero);
    }

    [TestCase("Accepted")]
    [TestCase("Deferred")]
    public async Task A_row_that_the_database_refuses_is_left_to_a_person_and_takes_no_bystander_along(string state)
    {
        var readers = await Given.ConfirmedSubscribers(20);
        if (state is "Deferred")
            Smtp.Answers("451 4.7.1 Later", SmtpStep.Recipient, Ana);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        var refused = readers.Single(reader => reader.Address == Ana).SubscriberId;
        await using (var db = App.OpenDb())
            await RefuseAsync(db, refused, state);
        await App.RunUntilIdle();
        for (var minutes = 0; minutes < 60; minutes += 10)
            await App.RunAfter(TimeSpan.FromMinutes(10));

        Assert.That(Smtp.Recipients, Is.Unique.And.Count.EqualTo(state is "Accepted" ? 20 : 19));
        await using (var db = App.OpenDb())
            Assert.That(await db.Deliveries.Where(delivery => delivery.SubscriberId == refused)
                .Select(delivery => new { delivery.State, delivery.NextAttemptAt }).SingleAsync(),
                Is.EqualTo(new { State = DeliveryState.Uncertain, NextAttemptAt = (DateTimeOffset?)null }));
        Assert.That(await App.Progress(issue), Has.Property("Accepted").EqualTo(19).And.Property("Uncertain").EqualTo(1));
        Assert.That(await App.Issue(issue), Has.Property("State").EqualTo(IssueState.Sending).And.Property("LastError")
            .Contains("mark them as delivered"));
    }

    [Test]
    public async Task A_row_found_claimed_again_and_again_is_left_to_a_person()
    {
        await Given.ConfirmedSubscribers(1);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        for (var run = 1; run <= DeliveryLedger.MostFaults; run++)
        {
            await using var db = App.OpenDb();
            await db.Deliveries.ExecuteUpdateAsync(set => set.SetProperty(delivery => delivery.State, DeliveryState.Claimed));
            await App.In<DeliveryLedger, bool>(ledger => ledger.LeaseAsync(issue, 1, $"run {run}", CancellationToken.None));
            Assert.That(await db.Deliveries.Select(delivery => delivery.NextAttemptAt).SingleAsync(), run < DeliveryLedger.MostFaults
                ? Is.Not.Null : Is.Null);
            Clock.Advance(TimeSpan.FromMinutes(5));
        }
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
    }

    [Test]
    public async Task What_is_no_text_is_stored_as_text()
    {
        var issue = await Given.Draft(subject: "A\0B\ud83dC");
        Assert.That((await App.Issue(issue)).Subject, Is.EqualTo("A\uFFFDB\uFFFDC"));
        await using var db = App.OpenDb();
        var (subject, trouble) = ("A\0B\ud83dC", "half \udc00"); // used as SQL parameters, like all text that people type
        Assert.That(await db.Issues.CountAsync(known => known.Subject == subject), Is.EqualTo(1));
        var wanted = new List<string> { "x\0" };
        Assert.That(await db.Issues.CountAsync(known => wanted.Contains(known.Subject)), Is.Zero);
        await db.Issues.ExecuteUpdateAsync(set => set.SetProperty(known => known.LastError, trouble));
        Assert.That((await App.Issue(issue)).LastError, Is.EqualTo("half \uFFFD"));
    }

    // Makes the database refuse a state for one subscriber.
    private Task<int> RefuseAsync(DispatchDb db, long subscriber, string state) =>
        db.Database.ExecuteSqlRawAsync(Provider is Provider.Sqlite
            ? $"""
              CREATE TRIGGER refuse BEFORE UPDATE ON "Deliveries" WHEN NEW."SubscriberId" = {subscriber} AND NEW."State" = '{state}'
              BEGIN SELECT RAISE(ABORT, 'refused'); END
              """
            : $"""ALTER TABLE "Deliveries" ADD CONSTRAINT refuse CHECK ("SubscriberId" <> {subscriber} OR "State" <> '{state}')""");
}
