using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Bounces.Consequences;

/// <summary>What follows from a message that came back.</summary>
[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class ConsequencesTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@readers.test";

    [Test]
    public async Task A_hard_bounce_suppresses_its_reader_and_nobody_else()
    {
        await Given.ConfirmedSubscriber("ben@readers.test");
        var sender = await MailedAsync(Ana);
        Assert.That(await TakeAsync(ComeBack.Dsn(sender, Ana)), Is.EqualTo(IntakeResult.Read));
        await using var db = App.OpenDb();
        var bounce = await db.Bounces.SingleAsync();
        Assert.That((bounce.Kind, bounce.Effect, bounce.Proof, bounce.EnhancedCode, bounce.Provider),
            Is.EqualTo((BounceKind.Hard, BounceEffect.Suppressed, BounceProof.Token, "5.1.1", "other")));
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.HardBounce));
        var entry = await db.Audit.SingleAsync(one => one.Action == "bounce.hard");
        Assert.That(entry.Detail, Does.Contain("5.1.1").And.Contain($"issue:{bounce.IssueId}").And.Not.Contain("@"));
        await NextIssueAsync();
        Assert.That(Smtp.MailFor(Ana), Has.Count.EqualTo(1), "the second issue goes to Ben alone");
    }

    [Test]
    public async Task The_same_report_has_one_effect_however_often_it_comes()
    {
        var sender = await MailedAsync(Ana);
        var report = ComeBack.Dsn(sender, Ana, "4.2.2");
        foreach (var _ in Enumerable.Range(0, 3))
            Assert.That(await TakeAsync(report), Is.EqualTo(IntakeResult.Read));
        await using var db = App.OpenDb();
        Assert.That((await db.Bounces.SingleAsync()).Effect, Is.EqualTo(BounceEffect.Counted));
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "bounce.soft"), Is.EqualTo(1));
    }

    [TestCase("bounces@sender.test", Description = "no token")]
    [TestCase("bounces+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@sender.test", Description = "a token that nobody made")]
    public async Task A_forged_bounce_for_somebody_else_has_no_effect(string to)
    {
        await MailedAsync(Ana);
        Assert.That(await TakeAsync(ComeBack.Dsn(to, Ana, returned: "Message-ID: <0123456789abcdef0123456789abcdef@sender.test>\nTo: "
            + Ana)),
            Is.EqualTo(IntakeResult.Unclear));
        await using var db = App.OpenDb();
        Assert.That((await db.Bounces.SingleAsync()).Effect, Is.EqualTo(BounceEffect.Unproven));
        Assert.That(await db.Suppressions.AnyAsync(), Is.False);
    }

    [Test]
    public async Task Without_a_token_the_returned_messages_own_id_proves_whose_it_was()
    {
        await MailedAsync(Ana);
        var id = Smtp.MailFor(Ana)[0].Message.MessageId;
        await TakeAsync(ComeBack.Dsn("news@sender.test", Ana, returned: $"Message-ID: <{id}>\nTo: {Ana}"));
        await using var db = App.OpenDb();
        Assert.That((await db.Bounces.SingleAsync()).Proof, Is.EqualTo(BounceProof.Returned));
        Assert.That(await db.Suppressions.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_report_beyond_an_alias_that_reached_one_of_its_places_is_no_failure()
    {
        var sender = await MailedAsync(Ana);
        var report = ComeBack.Bytes(System.Text.Encoding.UTF8.GetString(ComeBack.Dsn(sender, "a@elsewhere.test"))
            .Replace("Status: 5.1.1\r\n", "Status: 5.1.1\r\n\r\nFinal-Recipient: rfc822; b@elsewhere.test\r\nAction: "
                + "delivered\r\nStatus: 2.0.0\r\n",
                StringComparison.Ordinal));
        await TakeAsync(report);
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.AnyAsync(), Is.False);
    }

    [Test]
    public async Task A_bounce_of_the_address_that_a_reader_has_left_does_not_take_the_new_one()
    {
        var sender = await MailedAsync(Ana);
        await using (var db = App.OpenDb())
        {
            var reader = await db.Subscribers.SingleAsync();
            var ring = (Worker.Privacy.KeyRing)App.Services.GetService(typeof(Worker.Privacy.KeyRing))!;
            reader.MoveTo(Worker.Addresses.EmailAddress.Parse("anna@readers.test"), ring);
            db.Audit.Add(Actor.Reader.Did("address.changed", AuditTarget.Subscriber(reader.Id), Clock.GetUtcNow().AddMinutes(1)));
            await db.SaveChangesAsync();
        }
        await TakeAsync(ComeBack.Dsn(sender, Ana));
        await using var after = App.OpenDb();
        Assert.That((await after.Bounces.SingleAsync()).Effect, Is.EqualTo(BounceEffect.Unproven));
        Assert.That(await after.Suppressions.AnyAsync(), Is.False);
    }

    [Test]
    public async Task Soft_bounces_suppress_after_five_in_a_row_over_three_weeks()
    {
        await Given.ConfirmedSubscriber(Ana);
        for (var week = 1; week <= 5; week++)
        {
            await NextIssueAsync();
            await TakeAsync(ComeBack.Dsn(Smtp.MailFor(Ana)[^1].Sender, Ana, "5.2.2"));
            await using var db = App.OpenDb();
            Assert.That(await db.Suppressions.CountAsync(), Is.EqualTo(week < 5 ? 0 : 1), $"week {week}");
            Clock.Advance(TimeSpan.FromDays(7));
        }
        await using var after = App.OpenDb();
        Assert.That((await after.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.SoftBounce));
    }

    [Test]
    public async Task An_issue_that_arrives_begins_a_new_row_and_one_refused_because_of_us_does_not_count()
    {
        await Given.ConfirmedSubscriber(Ana);
        foreach (var status in new[] { "5.2.2", "5.2.2", "5.2.2", "5.2.2", null, "5.2.2", "5.2.2", "5.7.1", "5.2.2", "5.2.2" })
        {
            await NextIssueAsync();
            if (status is not null)
                await TakeAsync(ComeBack.Dsn(Smtp.MailFor(Ana)[^1].Sender, Ana, status));
            Clock.Advance(TimeSpan.FromDays(7));
        }
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.AnyAsync(), Is.False, "four, and four again");
        await NextIssueAsync();
        await TakeAsync(ComeBack.Dsn(Smtp.MailFor(Ana)[^1].Sender, Ana, "5.2.2"));
        Assert.That(await db.Suppressions.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_complaint_unsubscribes_and_suppresses_at_once_even_with_its_recipient_blacked_out()
    {
        await MailedAsync(Ana);
        var mail = Smtp.MailFor(Ana)[0];
        await TakeAsync(ComeBack.Complaint($"List-Unsubscribe: {mail.Message.Headers["List-Unsubscribe"]}"));
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).State, Is.EqualTo(SubscriptionState.Unsubscribed));
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Complaint));
        Assert.That((await db.Bounces.SingleAsync()).Effect, Is.EqualTo(BounceEffect.Unsubscribed));
    }

    [TestCase("5.7.26"), TestCase("5.3.4"), TestCase("5.7.1")]
    public async Task A_refusal_because_of_us_takes_nobody_off_and_is_told_to_ops(string status)
    {
        var sender = await MailedAsync(Ana);
        await TakeAsync(ComeBack.Dsn(sender, Ana, status));
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.AnyAsync(), Is.False);
        var policy = await App.In<BounceOverview, IReadOnlyList<PolicyCount>>(overview => overview.PolicyAsync(default));
        Assert.That(policy.Select(one => one.Count), Is.EqualTo(new[] { 1 }));
    }

    [TestCase("failed", "5.1.1", true)]
    [TestCase("delayed", "4.4.1", false)]
    [TestCase("delivered", "2.0.0", false)]
    public async Task A_confirmation_that_comes_back_is_told_apart(string action, string status, bool suppresses)
    {
        await Reader.Subscribes(Ana);
        await App.RunUntilIdle();
        await TakeAsync(ComeBack.Dsn(Smtp.MailFor(Ana)[0].Sender, Ana, status, action));
        await using var db = App.OpenDb();
        var bounce = await db.Bounces.SingleAsync();
        Assert.That((bounce.IssueId, bounce.MailId is not null), Is.EqualTo(((int?)null, true)));
        Assert.That(await db.Suppressions.AnyAsync(), Is.EqualTo(suppresses));
    }

    [Test]
    public async Task What_the_relay_refuses_at_once_goes_the_same_way_when_the_issue_has_ended()
    {
        await Given.ConfirmedSubscribers(4);
        Smtp.Answers("550 5.1.1 nobody of that name", recipient: "reader1@readers.test");
        Smtp.Answers("550 5.7.1 spam", recipient: "reader2@readers.test");
        Smtp.Answers("552 5.2.2 full", recipient: "reader3@readers.test");
        await NextIssueAsync();
        foreach (var _ in Enumerable.Range(0, 2))
            await App.In<RejectedDeliveries, bool>(async judging =>
            {
                await judging.RunAsync(default);
                return true;
            });
        await using var db = App.OpenDb();
        Assert.That(await db.Bounces.OrderBy(b => b.SubscriberId).Select(b => new { b.Kind, b.Effect }).ToListAsync(), Is.EqualTo(new[]
        {
            new { Kind = BounceKind.Hard, Effect = BounceEffect.Suppressed }, new { Kind = BounceKind.Policy, Effect = BounceEffect.None },
            new { Kind = BounceKind.Soft, Effect = BounceEffect.Counted },
        }));
        Assert.That(await db.Suppressions.CountAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_providers_outage_is_undone_for_all_readers_of_its_day()
    {
        await Given.ConfirmedSubscribers(3);
        await NextIssueAsync();
        foreach (var mail in Smtp.Mails.ToList())
            await TakeAsync(ComeBack.Dsn(mail.Sender, mail.Recipient));
        await using var db = App.OpenDb();
        Assert.That(await db.Suppressions.CountAsync(), Is.EqualTo(3));
        var undone = await App.In<Undoing, int>(undoing => undoing.UndoDayAsync(
            DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime), null, Actor.Staff(1), default));
        Assert.That((undone, await db.Suppressions.CountAsync()), Is.EqualTo((3, 0)));
        Assert.That(await db.Audit.CountAsync(entry => entry.Action == "bounce.undone" && entry.Actor == "staff:1"), Is.EqualTo(3));
    }

    [Test]
    public async Task A_complaint_after_a_bounce_outlives_the_undoing_of_the_bounce()
    {
        var sender = await MailedAsync(Ana);
        await TakeAsync(ComeBack.Dsn(sender, Ana));
        await TakeAsync(ComeBack.Complaint($"Return-Path: <{sender}>"));
        Assert.That(await App.In<Undoing, int>(undoing => undoing.UndoDayAsync(
            DateOnly.FromDateTime(Clock.GetUtcNow().UtcDateTime), null, Actor.Staff(1), default)), Is.EqualTo(1));
        await using var db = App.OpenDb();
        Assert.That((await db.Suppressions.SingleAsync()).Reason, Is.EqualTo(SuppressionReason.Complaint));
    }

    [Test]
    public async Task A_complaint_that_is_undone_gives_back_what_it_ended_and_nothing_else()
    {
        var other = await Given.Newsletter("other");
        await MailedAsync(Ana);
        await Given.Subscriber(Ana, SubscriptionState.Unsubscribed, newsletter: other);
        await TakeAsync(ComeBack.Complaint($"Return-Path: <{Smtp.MailFor(Ana)[0].Sender}>"));
        await using (var db = App.OpenDb())
        {
            var id = await db.Bounces.Select(b => b.Id).SingleAsync();
            Assert.That(await App.In<Undoing, bool>(undoing => undoing.UndoAsync(id, Actor.Staff(1), default)), Is.True);
            Assert.That(await App.In<Undoing, bool>(undoing => undoing.UndoAsync(id, Actor.Staff(1), default)), Is.False, "once");
        }
        await using var after = App.OpenDb();
        Assert.That(await after.Suppressions.AnyAsync(), Is.False);
        Assert.That(await after.Subscriptions.OrderBy(s => s.Id).Select(s => s.State).ToListAsync(),
            Is.EqualTo(new[] { SubscriptionState.Confirmed, SubscriptionState.Unsubscribed }));
    }

    [Test]
    public async Task An_erased_readers_bounces_stay_as_numbers_without_a_reader()
    {
        var sender = await MailedAsync(Ana);
        await TakeAsync(ComeBack.Dsn(sender, Ana, "5.7.1"));
        await App.In<Worker.Subscribers.Records.Erasing, bool>(async erasing =>
        {
            await using var db = App.OpenDb();
            return await erasing.EraseAsync(await db.Subscribers.Select(s => s.Id).SingleAsync(), Actor.Staff(1));
        });
        await TakeAsync(ComeBack.Dsn(sender, Ana));
        await using var after = App.OpenDb();
        Assert.That(await after.Bounces.Select(b => b.SubscriberId).ToListAsync(), Is.EqualTo(new long?[] { null, null }));
    }

    private async Task<string> MailedAsync(string address)
    {
        await Given.ConfirmedSubscriber(address);
        await NextIssueAsync();
        return Smtp.MailFor(address)[0].Sender;
    }

    private async Task NextIssueAsync()
    {
        await Given.IssueDueNow();
        await App.RunUntilIdle();
    }

    private Task<IntakeResult> TakeAsync(byte[] bytes) => App.In<Intake, IntakeResult>(intake => intake.TakeAsync(bytes, default));
}
