using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.SignUp;

/// <summary>Somebody signs up hundreds of other people. Only the first few victims are mailed, and other mail is not delayed.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ListBombingTests(Provider provider) : DispatchTest(provider)
{
    protected override IEnumerable<(string Key, string Value)> Configure() =>
        [("Subscriptions:ProofOfWorkAbove", "20"), ("Subscriptions:PerHour", "30")];

    [Test]
    public async Task A_few_mails_leave_before_the_flood_is_seen_and_an_issue_goes_out_meanwhile()
    {
        var readers = await Given.ConfirmedSubscribers(10);
        for (var number = 0; number < 200; number++)
        {
            using var form = new HttpRequestMessage(HttpMethod.Post, "/subscribe");
            form.Content = new FormUrlEncodedContent([new("email", $"victim{number}@example.com")]);
            form.Headers.Add(DispatchApp.NetworkHeader, $"192.0.2.{number % 50}");
            await App.Http.SendAsync(form);
        }
        await App.FanOut(await Given.IssueDueNow());
        await App.RunUntilIdle();
        Assert.Multiple(() =>
        {
            Assert.That(Smtp.Recipients.Count(address => address.StartsWith("victim", StringComparison.Ordinal)), Is.EqualTo(20));
            Assert.That(readers.Select(reader => Smtp.MailFor(reader.Address).Count), Is.All.EqualTo(1));
        });
    }

    [Test]
    public async Task However_many_confirmations_wait_other_mails_are_found_before_them()
    {
        var reader = await Given.ConfirmedSubscriber("ana@example.com");
        var now = Clock.GetUtcNow();
        await using var db = App.OpenDb();
        db.AddRange(Enumerable.Range(0, 1001).Select(_ => new SubscriberMail
        {
            Kind = SubscriberMailKind.Confirmation,
            SubscriberId = reader.SubscriberId,
            CreatedAt = now,
            UpdatedAt = now,
            NextAttemptAt = now.AddMinutes(-1)
        }));
        var welcome = SubscriberMail.Welcome(await db.Subscriptions.SingleAsync(), null, now);
        db.Add(welcome);
        await db.SaveChangesAsync();
        var run = await App.In<ReaderMailClaims, ReaderMailRun?>(queue => queue.ClaimAsync(16, CancellationToken.None));
        Assert.That(run!.Open, Does.Contain(welcome.Id).And.Count.EqualTo(16));
    }
}
