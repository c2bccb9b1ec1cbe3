using System.Net;
using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Subscribers.Choices;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class PausingTests(Provider provider) : DispatchTest(provider)
{
    private const string Ana = "ana@example.com";

    [Test]
    public async Task No_issue_comes_until_the_day_and_then_they_come_by_themselves()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var page = await PausesAsync(ana, "2026-12-10");
        Assert.That(await page.Content.ReadAsStringAsync(),
            Does.Contain("You won’t get any issues until Thursday, December 10, 2026.").And.Contain("End the pause"));
        var issue = await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        Assert.That((await App.Progress(issue)).Excluded, Is.EquivalentTo(new Dictionary<string, int> { ["paused"] = 1 }));

        Clock.SetUtcNow(new DateTimeOffset(2026, 12, 9, 22, 59, 0, TimeSpan.Zero)); // a minute before 10 December in Prague
        await Given.IssueDueNow("Still away");
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        await App.RunAfter(TimeSpan.FromMinutes(1));
        await Given.IssueDueNow("Back again");
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.EqualTo(new[] { "Back again" }));
    }

    [Test]
    public async Task A_pause_ends_at_its_instant_also_where_no_sweep_has_cleared_it()
    {
        await PausesAsync(await Given.ConfirmedSubscriber(Ana), "2026-12-10");
        Clock.SetUtcNow(new DateTimeOffset(2026, 12, 9, 23, 0, 0, TimeSpan.Zero)); // 10 December begins in Prague
        var issue = await Given.IssueDueNow("Back again");
        await App.FanOut(issue);
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).PausedUntil, Is.EqualTo(Clock.GetUtcNow()), "no sweep has come");
        Assert.That((await App.Progress(issue)).Excluded, Is.Empty);
        var newsletter = await Given.Newsletter();
        Assert.That(await App.In<ReaderCounts, int>(counts => counts.OfAsync(newsletter.Id, CancellationToken.None)), Is.EqualTo(1));
        await App.In<SendChunkJob, int>(async job =>
        {
            await job.RunAsync(issue, 1, 1, CancellationToken.None);
            return 0;
        });
        Assert.That(Issues(), Is.EqualTo(new[] { "Back again" }));
    }

    [Test]
    public async Task A_pause_beats_a_send_under_way()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        var issue = await Given.IssueDueNow();
        await App.FanOut(issue);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        var progress = await App.Progress(issue);
        Assert.That((progress.Audience, progress.Excluded.GetValueOrDefault("paused")), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task The_reader_can_end_it_sooner()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        Assert.That(await (await Reader.Presses(path, ("do", "resume"))).Content.ReadAsStringAsync(), Does.Contain("get issues again"));
        await Given.IssueDueNow("Sooner");
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.EqualTo(new[] { "Sooner" }));
        await using var db = App.OpenDb();
        var actions = await db.Audit.Where(entry => entry.Action.StartsWith("subscription.")).OrderBy(entry => entry.Id)
            .Select(entry => entry.Action).ToListAsync();
        Assert.That(actions, Is.EqualTo(new[] { "subscription.paused", "subscription.resumed" }));
    }

    [TestCase("2026-11-24", Description = "today")]
    [TestCase("2020-01-01")]
    [TestCase("2027-11-26", Description = "more than a year")]
    [TestCase("tomorrow")]
    [TestCase("")]
    public async Task A_day_that_makes_no_pause_is_refused_beside_its_field(string day)
    {
        var answer = await PausesAsync(await Given.ConfirmedSubscriber(Ana), day);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("id=\"until-fault\"").And.Contain($"value=\"{day}\""));
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).PausedUntil, Is.Null);
    }

    // "Tomorrow" is the next day in the newsletter's time zone.
    [TestCase("Asia/Almaty", "2026-11-24T20:00", "2026-11-25", "2026-11-26")]
    [TestCase("Pacific/Kiritimati", "2026-11-24T11:00", "2026-11-25", "2026-11-26")]
    [TestCase("America/Los_Angeles", "2026-11-25T02:00", "2026-11-24", "2026-11-25")]
    [TestCase("Europe/Prague", "2026-11-24T23:30", "2026-11-25", "2026-11-26")]
    public async Task A_pause_until_tomorrow_holds_until_tomorrow_where_the_newsletter_is_made(
        string zone, string now, string today, string tomorrow)
    {
        await Given.Newsletter();
        await using (var db = App.OpenDb())
            await db.Newsletters.ExecuteUpdateAsync(set => set.SetProperty(known => known.TimeZone, zone));
        var ana = await Given.ConfirmedSubscriber(Ana);
        Clock.SetUtcNow(DateTimeOffset.Parse($"{now}:00Z", System.Globalization.CultureInfo.InvariantCulture));
        var path = await Reader.OneTimePreferencesPath(ana);
        Assert.That(await App.Http.GetStringAsync(path), Does.Contain($"min=\"{tomorrow}\""));
        Assert.That((await Reader.Presses(path, ("do", "pause"), ("until", today))).StatusCode,
            Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        await Reader.Presses(path, ("do", "pause"), ("until", tomorrow));
        await App.RunUntilIdle(); // ends pauses that are over
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
    }

    [Test]
    public async Task A_newsletter_ticked_during_a_pause_is_paused_like_the_others()
    {
        var weekly = await Given.Newsletter("weekly");
        var ana = await Given.ConfirmedSubscriber(Ana);
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        await Reader.Presses(path, ("do", "newsletters"), ("newsletter", (await Given.Newsletter()).Slug), ("newsletter", weekly.Slug));
        await Given.ScheduledIssue(Clock.GetUtcNow(), newsletter: weekly);
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.Select(s => s.PausedUntil).Distinct().ToListAsync()).Single(), Is.Not.Null);
    }

    [Test]
    public async Task A_newsletter_that_was_unticked_and_ticked_again_lost_its_pause()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var slug = (await Given.Newsletter()).Slug;
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        await Reader.Presses(path, ("do", "newsletters"), ("shown", ""), ("shown", slug));
        var again = await Reader.Presses(path, ("do", "newsletters"), ("shown", ""), ("newsletter", slug));
        Assert.That(await again.Content.ReadAsStringAsync(),
            Does.Contain("has been saved. You won’t get any issues until Thursday, December 10, 2026.").And.Contain("End the pause"));
        await Given.IssueDueNow();
        await App.RunUntilIdle();
        Assert.That(Issues(), Is.Empty);
    }

    [Test]
    public async Task A_pause_that_was_ended_does_not_come_back_with_the_newsletter()
    {
        var ana = await Given.ConfirmedSubscriber(Ana);
        var slug = (await Given.Newsletter()).Slug;
        var path = await Reader.OneTimePreferencesPath(ana);
        await Reader.Presses(path, ("do", "pause"), ("until", "2026-12-10"));
        await Reader.Presses(path, ("do", "newsletters"), ("shown", ""), ("shown", slug));
        Clock.Advance(Subscription.CanBeUndoneFor + TimeSpan.FromMinutes(1)); // too late to undo, and no sweep has cleared the pause
        await Reader.Presses(await Reader.OneTimePreferencesPath(ana), ("do", "newsletters"), ("shown", ""), ("newsletter", slug));
        await using var db = App.OpenDb();
        Assert.That((await db.Subscriptions.SingleAsync()).PausedUntil, Is.Null);
    }

    private async Task<HttpResponseMessage> PausesAsync(KnownReader reader, string day) =>
        await Reader.Presses(await Reader.OneTimePreferencesPath(reader), ("do", "pause"), ("until", day));

    private List<string> Issues() =>
        [.. Smtp.MailFor(Ana).Where(mail => mail.Message.Headers.Contains("List-Id")).Select(mail => mail.Subject)];
}
