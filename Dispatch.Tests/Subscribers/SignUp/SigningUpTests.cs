using System.Globalization;
using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Subscribers.SignUp;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class SigningUpTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task A_new_reader_is_asked_by_mail_to_confirm()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        var mail = Smtp.MailFor(Ana).Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Link("/confirm/").AbsolutePath, Has.Length.EqualTo("/confirm/".Length + 32));
            Assert.That(mail.Message.Headers["Auto-Submitted"], Is.EqualTo("auto-generated"));
            Assert.That(mail.Message.Body!.Headers["Content-Language"], Is.EqualTo("en"));
            Assert.That(mail.Message.Headers.Where(header => header.Field.StartsWith("List-", StringComparison.OrdinalIgnoreCase)),
                Is.Empty);
            Assert.That(mail.Message.From.ToString(), Does.Contain("news@sender.test"));
        });
        Assert.That(await StatesOf(), Is.EqualTo(new[] { SubscriptionState.Pending }));
    }

    [Test]
    public async Task Nothing_that_was_typed_is_in_the_confirmation_mail()
    {
        await Subscribes(Ana, ("name", "Zebulon Quirk"), ("language", "kk-Cyrl"));
        await App.RunUntilIdle();
        var mail = Smtp.MailFor(Ana).Single();
        var all = $"{mail.Message.Headers.Select(header => header.Value).Aggregate("", string.Concat)} {mail.Text} {mail.Html}";
        Assert.That(all, Does.Not.Contain("Zebulon").And.Not.Contain("Quirk").And.Not.Contain("kk-Cyrl"));
    }

    [Test]
    public async Task What_was_typed_takes_effect_when_the_reader_confirms()
    {
        await Subscribes(Ana, ("name", "Ana Novak"), ("language", "cs"));
        await App.RunUntilIdle();
        await using (var before = App.OpenDb())
            Assert.That((await before.Subscribers.SingleAsync()).SealedName, Is.Null);
        await Reader.Confirms(Ana);
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        var subscriber = await db.Subscribers.SingleAsync();
        Assert.Multiple(() =>
        {
            Assert.That(subscriber.SealedName, Is.Not.Null);
            Assert.That(subscriber.Language, Is.EqualTo("cs"));
            Assert.That(Smtp.MailFor(Ana)[^1].Text, Does.Contain("Ana Novak"), "the welcome may greet by name");
        });
    }

    [Test]
    public async Task Whoever_is_subscribed_already_is_told_so_and_nothing_changes()
    {
        var ana = await Given.ConfirmedSubscriber(Ana, "Ana Novak");
        await Reader.Subscribes(Ana, "Somebody Else");
        await App.RunUntilIdle();
        var mail = Smtp.MailFor(Ana).Single();
        Assert.Multiple(() =>
        {
            Assert.That(mail.Subject, Is.EqualTo("You’re already subscribed"));
            Assert.That(mail.Text, Does.Contain("China In Eurasia").And.Not.Contain("Somebody Else").And.Not.Contain("Novak"));
            Assert.That(mail.Links.Select(link => link.AbsolutePath), Does.Contain(Reader.PreferencesPath(ana)));
        });
        await using var db = App.OpenDb();
        Assert.Multiple(async () =>
        {
            Assert.That(await db.Confirmations.CountAsync(), Is.Zero);
            Assert.That((await db.Subscribers.SingleAsync()).NameFrom(App.Services.GetRequiredService<KeyRing>()), Is.EqualTo("Ana Novak"));
        });
    }

    [Test]
    public async Task Being_told_counts_as_one_of_the_days_mails()
    {
        await Given.ConfirmedSubscriber(Ana);
        for (var time = 0; time < 5; time++)
            await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Whoever_has_some_of_the_newsletters_is_asked_about_the_others_alone()
    {
        var weekly = await Given.Newsletter("weekly");
        await Given.ConfirmedSubscriber(Ana);
        await Reader.Subscribes(Ana, null, "china-in-eurasia", weekly.Slug);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana).Single().Link("/confirm/"), Is.Not.Null);
        Assert.That(Smtp.MailFor(Ana).Single().Text, Does.Contain("The weekly").And.Not.Contain("China In Eurasia"));
    }

    [TestCase(SuppressionReason.HardBounce)]
    [TestCase(SuppressionReason.Complaint)]
    [TestCase(SuppressionReason.Manual)]
    public async Task A_suppressed_address_is_not_mailed_and_leaves_no_trace(SuppressionReason reason)
    {
        await Given.Suppression(Ana, reason);
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Is.Empty);
        await using var db = App.OpenDb();
        Assert.That(await db.Subscribers.CountAsync(), Is.Zero);
    }

    [Test]
    public async Task An_erased_reader_may_come_back_by_confirming()
    {
        await Given.Suppression(Ana, SuppressionReason.Erased);
        await Reader.SubscribesAndConfirms(Ana);
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.CountAsync(), Is.Zero);
        Assert.That(await StatesOf(), Is.EqualTo(new[] { SubscriptionState.Confirmed }));
    }

    [Test]
    public async Task Whoever_unsubscribed_stays_so_until_they_confirm_again()
    {
        await Given.Subscriber(Ana, SubscriptionState.Unsubscribed);
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(await StatesOf(), Is.EqualTo(new[] { SubscriptionState.Unsubscribed }));
        await Reader.Confirms(Ana);
        Assert.That(await StatesOf(), Is.EqualTo(new[] { SubscriptionState.Confirmed }));
    }

    [Test]
    public async Task Sign_ups_of_one_address_in_the_same_instant_make_one_reader()
    {
        var reader = Reader;
        var answers = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(number => Task.Run(() => reader.Subscribes(number % 2 == 0 ? Ana : "ANA@Example.COM"))));
        await App.RunUntilIdle();
        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(HttpStatusCode.OK));
        await using var db = App.OpenDb();
        Assert.Multiple(async () =>
        {
            Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(1));
            Assert.That(await db.Subscriptions.CountAsync(), Is.EqualTo(1));
            Assert.That(Smtp.Mails, Has.Count.EqualTo(3), "the day's limit holds in a race too");
        });
    }

    [Test]
    public async Task One_address_gets_three_confirmation_mails_a_day()
    {
        for (var time = 0; time < 5; time++)
            Assert.That((await Reader.Subscribes(Ana)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(3));
        Clock.Advance(TimeSpan.FromHours(25));
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(4), "the next day");
    }

    [TestCase("ana+{0}@example.com"), TestCase("ANA+news+{0}@Example.com"), TestCase("ana@example.com")]
    public async Task One_mailbox_gets_three_confirmation_mails_a_day_whatever_tag_is_added(string pattern)
    {
        for (var number = 0; number < 12; number++)
            Assert.That((await Reader.Subscribes(string.Format(CultureInfo.InvariantCulture, pattern, number))).StatusCode,
                Is.EqualTo(HttpStatusCode.OK));
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(3));
        await Reader.Subscribes("+ana@example.com"); // a plus sign at the beginning is not a tag
        await App.RunUntilIdle();
        Assert.That(Smtp.Mails, Has.Count.EqualTo(4));
    }

    [Test]
    public async Task One_confirmation_begins_all_newsletters_that_were_asked_for()
    {
        await Given.Newsletter("weekly");
        await Given.Newsletter("monthly");
        await Reader.Subscribes(Ana, null, "weekly", "monthly");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana).Single().Text, Does.Contain("The weekly").And.Contain("The monthly"));
        await Reader.Confirms(Ana);
        await App.RunUntilIdle();
        Assert.That(await StatesOf(), Is.EqualTo(new[] { SubscriptionState.Confirmed, SubscriptionState.Confirmed }));
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(2), "the confirmation, and one welcome to both");
    }

    [Test]
    public async Task An_address_in_another_script_is_mailed_by_SMTPUTF8()
    {
        await Reader.Subscribes("анна@example.com");
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor("анна@example.com"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_sign_up_that_nobody_confirms_is_cleared_away_after_a_month()
    {
        await Reader.Subscribes(Ana, "Ana");
        await Given.Subscriber("bob@example.com", SubscriptionState.Unsubscribed);
        await App.RunUntilIdle();
        Clock.Advance(TimeSpan.FromDays(29));
        await Purge();
        await using (var early = App.OpenDb())
            Assert.That(await early.Subscribers.CountAsync(), Is.EqualTo(2), "after 29 days");
        Clock.Advance(TimeSpan.FromDays(2));
        await Purge();
        await using var db = App.OpenDb();
        Assert.Multiple(async () =>
        {
            Assert.That(await db.Confirmations.CountAsync(), Is.Zero);
            Assert.That(await db.Subscriptions.Select(subscription => subscription.State).SingleAsync(),
                Is.EqualTo(SubscriptionState.Unsubscribed));
            Assert.That(await db.Subscribers.CountAsync(), Is.EqualTo(1), "whoever unsubscribed stays unsubscribed");
        });
    }

    private async Task Purge() => await App.In<PurgeExpired, bool>(async purge =>
    {
        await purge.RunAsync(CancellationToken.None);
        return true;
    });

    private Task<HttpResponseMessage> Subscribes(string address, params (string Field, string Value)[] more) =>
        App.Http.PostAsync("/subscribe", new FormUrlEncodedContent(
            [new("email", address), .. more.Select(field => new KeyValuePair<string, string>(field.Field, field.Value))]));

    private async Task<SubscriptionState[]> StatesOf()
    {
        await using var db = App.OpenDb();
        return await db.Subscriptions.OrderBy(subscription => subscription.Id).Select(subscription => subscription.State).ToArrayAsync();
    }
}
