using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class RemindingTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task A_day_after_a_sign_up_that_nobody_confirmed_comes_one_reminder_and_none_after_it()
    {
        await SignsUpAsync();
        await RemindAfter(TimeSpan.FromHours(23));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1), "not before a day has gone by");
        await RemindAfter(TimeSpan.FromHours(1));
        var reminder = Smtp.MailFor(Ana)[1];
        Assert.Multiple(() =>
        {
            Assert.That(reminder.Subject, Does.StartWith("A reminder:"));
            Assert.That(string.Join(' ', reminder.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), Does.Contain("Yesterday somebody").And.Contain("6 days").And.Contain("the only reminder"));
            Assert.That(reminder.Link("/confirm/"), Is.EqualTo(Smtp.MailFor(Ana)[0].Link("/confirm/")), "the same link");
        });
        for (var day = 2; day < 9; day++)
            await RemindAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Whoever_has_confirmed_is_not_reminded()
    {
        await Reader.SubscribesAndConfirms(Ana);
        await RemindAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.MailFor(Ana).Select(mail => mail.Subject), Has.None.Contain("reminder"));
    }

    [Test]
    public async Task An_address_that_the_first_mail_did_not_reach_gets_no_second()
    {
        Smtp.Answers("550 5.1.1 No such mailbox", SmtpStep.Recipient);
        await SignsUpAsync();
        await RemindAfter(TimeSpan.FromDays(1));
        await using var db = App.OpenDb();
        Assert.That(await db.SubscriberMails.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Several_sign_ups_are_reminded_of_once()
    {
        await SignsUpAsync();
        Clock.Advance(TimeSpan.FromHours(3));
        await SignsUpAsync();
        for (var hours = 0; hours < 96; hours += 6)
            await RemindAfter(TimeSpan.FromHours(6));
        Assert.That(Smtp.MailFor(Ana).Count(mail => mail.Subject.StartsWith("A reminder:", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task Two_workers_at_once_remind_once()
    {
        await SignsUpAsync();
        Clock.Advance(TimeSpan.FromDays(1));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(Remind)));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task Within_an_hour_of_its_thirtieth_day_the_sign_up_is_gone()
    {
        await SignsUpAsync();
        Clock.Advance(TimeSpan.FromDays(30));
        await Purge();
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync() + await db.Confirmations.CountAsync() + await db.Subscriptions.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task A_link_that_has_run_out_brings_a_new_one_to_the_same_address()
    {
        var link = await SignsUpAsync();
        await PurgeDaily(29); // for as long as it is said to be kept, whatever was cleared away meanwhile
        var page = await App.Http.GetAsync(link.AbsolutePath);
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("Mail me a new link").And.Not.Contain("name=\"email\""));
        await App.Http.GetAsync(link.AbsolutePath + "?renew=yes");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1), "a look mails nothing");

        for (var time = 0; time < 3; time++)
            await Reader.Presses(link.AbsolutePath, ("renew", "yes"));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2), "the new one takes the old one's place");
        await Reader.Confirms(Ana);
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Confirmed));
    }

    [Test]
    public async Task A_link_that_has_run_out_counts_as_a_sign_up_for_its_network()
    {
        var link = await SignsUpAsync();
        Clock.Advance(TimeSpan.FromDays(7));
        await App.In<SignUpLimits, TimeSpan?>(limits => limits.TakeAsync(IPAddress.Loopback, 1_000_000, CancellationToken.None));
        var answer = await Reader.Presses(link.AbsolutePath, ("renew", "yes"));
        Assert.That((answer.StatusCode, answer.Headers.RetryAfter!.Delta), Is.EqualTo((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1))));
        Clock.Advance(TimeSpan.FromHours(1));
        await Reader.Presses(link.AbsolutePath, ("renew", "yes"));
        Assert.That(App.Jobs.Queues.Last(), Is.EqualTo(SubscriberMailJobs.ConfirmationQueue), "it waits among the confirmations");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_link_that_has_run_out_mails_nobody_who_is_suppressed()
    {
        var link = await SignsUpAsync();
        await Given.Suppression(Ana, SuppressionReason.Complaint);
        Clock.Advance(TimeSpan.FromDays(7));
        Assert.That((await Reader.Presses(link.AbsolutePath, ("renew", "yes"))).StatusCode, Is.EqualTo(HttpStatusCode.OK), "and says nothing of it");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task When_the_row_is_gone_the_page_offers_the_form()
    {
        var link = await SignsUpAsync();
        await PurgeDaily(31);
        var page = await App.Http.GetAsync(link.AbsolutePath);
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("name=\"email\"").And.Contain("action=\"/subscribe\""));
    }

    private async Task<Uri> SignsUpAsync()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        return Smtp.MailFor(Ana) is [.., var mail] ? mail.Link("/confirm/") : new Uri("http://localhost/");
    }

    private async Task RemindAfter(TimeSpan time)
    {
        Clock.Advance(time);
        await Remind();
        await App.RunUntilIdle();
    }

    private Task<bool> Remind() => App.In<Reminding, bool>(async reminding =>
    {
        await reminding.RunAsync(CancellationToken.None);
        return true;
    });

    private async Task PurgeDaily(int days)
    {
        for (var day = 0; day < days; day++)
        {
            Clock.Advance(TimeSpan.FromDays(1));
            await Purge();
        }
    }

    private Task<bool> Purge() => App.In<PurgeExpired, bool>(async purge =>
    {
        await purge.RunAsync(CancellationToken.None);
        return true;
    });
}
