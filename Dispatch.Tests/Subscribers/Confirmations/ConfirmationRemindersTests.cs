using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.Confirmations;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ConfirmationRemindersTests(Provider provider) : DispatchTest(provider)
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
            Assert.That(reminder.Subject, Does.StartWith("Reminder:"));
            Assert.That(string.Join(' ', reminder.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)),
                Does.Contain("Yesterday someone").And.Contain("6 days").And.Contain("the only reminder"));
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
    public async Task Whoever_signed_up_twice_and_confirmed_the_first_mail_is_not_reminded_of_the_second()
    {
        var first = await SignsUpAsync();
        Clock.Advance(TimeSpan.FromMinutes(5)); // the reader does not wait for the first message
        var second = await SignsUpAsync();
        Assert.That(second, Is.Not.EqualTo(first));
        await Reader.Confirms(first);
        Assert.That(await (await Reader.Confirms(second)).Content.ReadAsStringAsync(), Does.Contain("Already confirmed"));
        await RemindAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.MailFor(Ana).Select(mail => mail.Subject), Has.None.Contain("reminder"));
    }

    [Test]
    public async Task Whoever_confirmed_and_left_is_not_asked_to_confirm_nor_subscribed_by_an_older_link()
    {
        var first = await SignsUpAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        var second = await SignsUpAsync();
        Clock.Advance(TimeSpan.FromMinutes(5));
        var third = await SignsUpAsync();
        await Reader.Confirms(first);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await using var db = App.OpenDb();
        var subscription = await db.Subscriptions.AsNoTracking().SingleAsync();
        await Reader.Presses(Reader.UnsubscribePath(new KnownReader(Ana, subscription.SubscriberId, subscription.NewsletterId)));
        foreach (var link in new[] { second, third })
            await Reader.Confirms(link);
        await RemindAfter(TimeSpan.FromDays(1));
        Assert.That((await db.Subscriptions.AsNoTracking().SingleAsync()).State, Is.EqualTo(SubscriptionState.Unsubscribed));
        Assert.That(Smtp.MailFor(Ana).Select(mail => mail.Subject), Has.None.Contain("reminder"));
    }

    [Test]
    public async Task A_sign_up_that_was_never_confirmed_is_forgotten_with_an_unsubscription()
    {
        var link = await SignsUpAsync();
        await using var db = App.OpenDb();
        var subscription = await db.Subscriptions.AsNoTracking().SingleAsync();
        await Reader.Presses(Reader.UnsubscribePath(new KnownReader(Ana, subscription.SubscriberId, subscription.NewsletterId)));
        await RemindAfter(TimeSpan.FromDays(1));
        Assert.That((await Reader.Confirms(link)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Of_a_sign_up_for_two_newsletters_the_one_left_over_is_still_reminded_of()
    {
        var (one, other) = (await Given.Newsletter(), await Given.Newsletter("weekly"));
        await Reader.Subscribes(Ana, null, one.Slug);
        await App.RunUntilIdle();
        var first = Reader.ConfirmationLink(Ana);
        Clock.Advance(TimeSpan.FromMinutes(5));
        await Reader.Subscribes(Ana, null, one.Slug, other.Slug);
        await App.RunUntilIdle();
        await Reader.Confirms(first);
        await RemindAfter(TimeSpan.FromDays(1));
        var reminder = Smtp.MailFor(Ana)[^1];
        Assert.That(reminder.Subject, Does.StartWith("Reminder:"));
        Assert.That(reminder.Text, Does.Contain(other.Name).And.Not.Contain(one.Name), "the other is confirmed");
    }

    [Test]
    public async Task Whoever_chose_the_newsletter_in_their_preferences_is_not_reminded_to_confirm_it()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana, newsletter: weekly);
        await SignsUpAsync();
        var first = await Given.Newsletter();
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "newsletters"), ("newsletter", first.Slug), ("newsletter", weekly.Slug));
        await RemindAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.MailFor(Ana).Select(mail => mail.Subject), Has.None.Contain("reminder"));
    }

    [TestCase(SuppressionReason.Manual)]
    [TestCase(SuppressionReason.HardBounce)]
    [TestCase(SuppressionReason.Erased)]
    public async Task Whoever_was_suppressed_after_signing_up_is_not_reminded(SuppressionReason reason)
    {
        await SignsUpAsync();
        await Given.Suppression(Ana, reason);
        await RemindAfter(TimeSpan.FromDays(1));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_reminder_that_was_due_when_its_address_was_suppressed_is_not_sent()
    {
        await SignsUpAsync();
        Smtp.Answers("451 4.7.1 Later", SmtpStep.Recipient, times: 1);
        await RemindAfter(TimeSpan.FromDays(1));
        await Given.Suppression(Ana, SuppressionReason.Complaint);
        await App.RunAfter(TimeSpan.FromHours(1));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1));
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
        Assert.That(Smtp.MailFor(Ana).Count(mail => mail.Subject.StartsWith("Reminder:", StringComparison.Ordinal)), Is.EqualTo(1));
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
        await PurgeDaily(29); // the purge must keep what the link needs
        var page = await App.Http.GetAsync(link.AbsolutePath);
        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That(await page.Content.ReadAsStringAsync(), Does.Contain("Email me a new link").And.Not.Contain("name=\"email\""));
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
        Assert.That((answer.StatusCode, answer.Headers.RetryAfter!.Delta),
            Is.EqualTo((HttpStatusCode.TooManyRequests, TimeSpan.FromHours(1))));
        Clock.Advance(TimeSpan.FromHours(1));
        await Reader.Presses(link.AbsolutePath, ("renew", "yes"));
        await using (var db = App.OpenDb())
            Assert.That((await db.SubscriberMails.OrderBy(mail => mail.Id).LastAsync()).Kind, Is.EqualTo(SubscriberMailKind.Confirmation),
                "it waits among the confirmations");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_link_that_has_run_out_mails_nobody_who_is_suppressed()
    {
        var link = await SignsUpAsync();
        await Given.Suppression(Ana, SuppressionReason.Complaint);
        Clock.Advance(TimeSpan.FromDays(7));
        Assert.That((await Reader.Presses(link.AbsolutePath, ("renew", "yes"))).StatusCode, Is.EqualTo(HttpStatusCode.OK),
            "and says nothing of it");
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

    private Task<bool> Remind() => App.In<ConfirmationReminders, bool>(async reminding =>
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
