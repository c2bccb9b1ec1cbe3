using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Staff;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Suppressions;

/// <summary>An address that may not be mailed gets no message of any kind. Dispatch checks this just before it sends a message.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class MayBeMailedTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";
    private const string New = "anna@example.net";

    [Test]
    public async Task A_manual_suppression_wins_over_an_erasure()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "erase"));
        var mails = Smtp.MailFor(Ana).Count;
        var ops = await ApiCaller.With(App, StaffRoles.Ops);
        Assert.That((await ops.Post("/suppressions", new { email = Ana })).Is(200)["reason"].GetString(), Is.EqualTo("manual"));
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(mails));
        await using var db = App.OpenDb();
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Manual));
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "suppression.added"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_bounce_or_a_complaint_keeps_its_reason()
    {
        await Given.Suppression(Ana, SuppressionReason.Complaint);
        var ops = await ApiCaller.With(App, StaffRoles.Ops);
        Assert.That((await ops.Post("/suppressions", new { email = Ana })).Is(200)["reason"].GetString(), Is.EqualTo("complaint"));
    }

    [TestCase(SuppressionReason.Manual, SubscriberMailState.Dropped)]
    [TestCase(SuppressionReason.Complaint, SubscriberMailState.Dropped)]
    [TestCase(SuppressionReason.Erased, SubscriberMailState.Accepted, Description = "they may be asked, and it is for them to answer")]
    public async Task A_confirmation_put_off_by_the_server_is_not_sent_once_its_address_is_suppressed(
        SuppressionReason reason, SubscriberMailState becomes)
    {
        Later();
        await Reader.Subscribes(Ana);
        await SuppressedMeanwhileAsync(Ana, reason);
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.Confirmation, becomes)));
    }

    [Test]
    public async Task A_welcome_is_not_sent_once_its_address_is_suppressed()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        Later();
        await Reader.Confirms(Ana);
        await SuppressedMeanwhileAsync(Ana);
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.Welcome, SubscriberMailState.Dropped)));
    }

    [Test]
    public async Task A_fresh_link_is_not_sent_once_its_address_is_suppressed()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        Later();
        await Reader.Presses(Reader.PreferencesPath(ana));
        await SuppressedMeanwhileAsync(Ana);
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.OneTimeLink, SubscriberMailState.Dropped)));
    }

    [Test]
    public async Task A_notice_of_being_there_already_is_not_sent_once_its_address_is_suppressed()
    {
        await Given.ConfirmedSubscriber(Ana);
        Later();
        await Reader.Subscribes(Ana);
        await SuppressedMeanwhileAsync(Ana);
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.AlreadyThere, SubscriberMailState.Dropped)));
    }

    [Test]
    public async Task A_new_address_that_is_suppressed_meanwhile_is_not_asked_and_the_old_one_still_gets_what_is_its()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        Later();
        await Reader.Presses(path, ("do", "address"), ("email", New));
        await SuppressedMeanwhileAsync(New);
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.AddressCheck, SubscriberMailState.Dropped)));
        await Reader.OneTimePreferencesPath(ana);
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.OneTimeLink, SubscriberMailState.Accepted)));
    }

    [Test]
    public async Task The_old_address_is_not_told_of_the_new_one_when_it_is_suppressed_itself()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "address"), ("email", New));
        await App.RunUntilIdle();
        await Given.Suppression(Ana);
        await Reader.Presses(Smtp.MailFor(New).Single().Link("/address/").AbsolutePath);
        await App.RunUntilIdle();
        Assert.That(await LastAsync(), Is.EqualTo((SubscriberMailKind.AddressChanged, SubscriberMailState.Dropped)));
    }

    [Test]
    public async Task A_confirm_page_promises_nothing_to_whom_is_not_mailed()
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        var link = Reader.ConfirmationLink(Ana);
        await Given.Suppression(Ana, SuppressionReason.Manual);
        var look = await App.Http.GetAsync(link.AbsolutePath);
        var pressed = await Reader.Confirms(link);
        Assert.That((look.StatusCode, pressed.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)));
        foreach (var page in new[] { await look.Content.ReadAsStringAsync(), await pressed.Content.ReadAsStringAsync() })
            Assert.That(page, Does.Contain("We can\u2019t email this address").And.Not.Contain("<button").And.Not.Contain("will come"));
        await App.RunUntilIdle();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1), "no welcome");
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.AsNoTracking().SingleAsync()).State, Is.EqualTo(SubscriptionState.Pending));

        await App.In<Suppressing, bool>(suppressing => suppressing.LiftAsync(EmailAddress.Parse(Ana), Actor.CommandLine));
        Assert.That((await Reader.Confirms(link)).StatusCode, Is.EqualTo(HttpStatusCode.OK), "once it is lifted the link works");
    }

    [Test]
    public async Task A_test_mail_goes_to_nobody_who_is_suppressed()
    {
        await Given.Suppression(Ana, SuppressionReason.Manual);
        var issue = await Given.Draft();
        var outcome = await App.In<TestMail, TestMailOutcome>(
            tests => tests.SendAsync(issue, [EmailAddress.Parse(Ana), EmailAddress.Parse("bo@news.test")], Actor.CommandLine));
        Assert.That(((TestMailOutcome.Done)outcome).Answers.Select(answer => answer.Accepted), Is.EqualTo(new[] { false, true }));
        Assert.That(Smtp.MailFor(Ana), Is.Empty);
    }

    private void Later() => Smtp.Answers("451 4.7.1 Come back later", SmtpStep.Recipient, times: 1);

    private async Task SuppressedMeanwhileAsync(string address, SuppressionReason reason = SuppressionReason.Manual)
    {
        await App.RunUntilIdle();
        Assert.That((await LastAsync()).State, Is.EqualTo(SubscriberMailState.Waiting), "put off");
        await Given.Suppression(address, reason);
        await App.RunAfter(TimeSpan.FromHours(1));
    }

    private async Task<(SubscriberMailKind Kind, SubscriberMailState State)> LastAsync()
    {
        await using var db = App.OpenDb();
        var mail = await db.SubscriberMails.AsNoTracking().OrderBy(mail => mail.Id).LastAsync();
        return (mail.Kind, mail.State);
    }
}
