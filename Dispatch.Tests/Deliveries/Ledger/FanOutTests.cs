using Dispatch.Tests.Support;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Deliveries.Ledger;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class FanOutTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task An_issue_goes_once_to_each_confirmed_reader_of_its_newsletter_and_to_nobody_else()
    {
        var gazette = await Given.Newsletter("gazette");
        await Given.ConfirmedSubscribers(120);
        await Given.Subscriber("waiting@readers.test", SubscriptionState.Pending);
        await Given.Subscriber("gone@readers.test", SubscriptionState.Unsubscribed);
        await Given.ConfirmedSubscriber("other@readers.test", newsletter: gazette);
        await Given.ConfirmedSubscriber("bounced@readers.test");
        await Given.Suppression("bounced@readers.test");
        var issue = await Given.IssueDueNow();

        await App.RunUntilIdle();

        Assert.That(Smtp.Recipients, Is.EquivalentTo(Enumerable.Range(1, 120).Select(number => $"reader{number}@readers.test")));
        var progress = await App.Progress(issue);
        Assert.That(progress, Has.Property("Audience").EqualTo(121).And.Property("Accepted")
            .EqualTo(120).And.Property("Pending").EqualTo(0));
        Assert.That(progress.Excluded, Is.EqualTo(new Dictionary<string, int> { ["suppressed"] = 1 }));
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
    }

    [Test]
    public async Task Every_mail_has_an_id_and_a_way_out_of_its_own()
    {
        await Given.ConfirmedSubscribers(12);
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails.Select(mail => mail.MessageId), Is.Unique);
        Assert.That(Smtp.Mails.Select(mail => mail.UnsubscribeLink), Is.Unique);
        Assert.That(Smtp.Mails.Select(mail => mail.Sender), Is.Unique.And.All.Match(@"^bounces\+[a-z2-7]+@sender\.test$"));
    }

    [Test]
    public async Task A_doubled_job_finds_the_issue_begun()
    {
        await Given.ConfirmedSubscribers(3);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await App.FanOut(issue);
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task An_issue_without_readers_is_sent_to_nobody()
    {
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That((await App.Issue(issue)).State, Is.EqualTo(IssueState.Sent));
        Assert.That((await App.Progress(issue)).Audience, Is.Zero);
    }

    [Test]
    public async Task Who_confirms_after_the_issue_has_begun_gets_the_next_one()
    {
        await Given.ConfirmedSubscriber("ana@readers.test");
        await App.FanOut(await Given.IssueDueNow());
        await Given.ConfirmedSubscriber("late@readers.test");
        await App.RunUntilIdle();
        Assert.That(Smtp.Recipients, Is.EqualTo(new[] { "ana@readers.test" }));
    }

    [Test]
    public async Task A_large_audience_is_mailed_in_several_chunks()
    {
        await Given.ConfirmedSubscribers(60);
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That(await db.DeliveryChunks.CountAsync(chunk => chunk.IssueId == issue), Is.EqualTo(2));
        Assert.That(App.Jobs.Names.Where(name => name.StartsWith("SendChunkJob", StringComparison.Ordinal)),
            Is.EqualTo(new[] { $"SendChunkJob.RunAsync({issue}, 1, 2)", $"SendChunkJob.RunAsync({issue}, 2, 2)" }));
    }
}
