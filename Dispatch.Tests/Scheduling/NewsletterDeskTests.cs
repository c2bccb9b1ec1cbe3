using Dispatch.Tests.Support;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Scheduling;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public class NewsletterDeskTests(Provider provider) : DispatchTest(provider)
{
    [Test]
    public async Task A_new_rule_counts_from_now_on_and_issues_keep_their_slots()
    {
        await Given.ScheduledIssue(new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero));
        var done = (NewsletterOutcome.Done)await EditAsync(settings => settings.Schedule = "30 7 * * MON");
        Assert.That(done.NewRhythm, Is.True);
        await App.RunUntilIdle();
        var upcoming = await App.In<Slots, IReadOnlyList<SlotView>>(slots => slots.UpcomingAsync(done.Newsletter, 3));
        Assert.That(upcoming.Select(slot => (slot.Date, slot.State)), Is.EqualTo(new[]
        {
            (new DateOnly(2026, 11, 30), SlotState.Empty), (new DateOnly(2026, 12, 2), SlotState.Scheduled),
                (new DateOnly(2026, 12, 7), SlotState.Empty),
        }));
    }

    [Test]
    public async Task Slots_that_the_old_rule_gave_are_recorded_and_the_new_rule_has_none_in_the_past()
    {
        await Given.Newsletter(); // starts the app, and with it the newsletter's slots
        Clock.Advance(TimeSpan.FromDays(9)); // past the slot on 2 December, while nothing runs
        await EditAsync(settings => settings.Schedule = "0 6 * * *");
        await App.RunUntilIdle();
        await using var db = App.OpenDb();
        Assert.That(await db.EditionSlots.Select(slot => slot.At).ToListAsync(),
            Is.EqualTo(new[] { new DateTimeOffset(2026, 12, 2, 8, 0, 0, TimeSpan.Zero) }));
    }

    [Test]
    public async Task What_was_changed_is_in_the_audit_by_name_alone()
    {
        var done = (NewsletterOutcome.Done)await EditAsync(settings =>
            (settings.Name, settings.PostalAddress) = ("  The Steppe ", "Square 1\r\nPrague"));
        Assert.That((done.NewRhythm, done.Newsletter.Name, done.Newsletter.PostalAddress),
            Is.EqualTo((false, "The Steppe", "Square 1\nPrague")));
        await EditAsync(settings => settings.Name = "The Steppe"); // changes nothing, so adds no audit entry
        await using var db = App.OpenDb();
        var entries = await db.Audit.Where(entry => entry.Action == "newsletter.edited").OrderBy(entry => entry.Id).ToListAsync();
        Assert.That(entries.Select(entry => entry.Detail).First(), Is.EqualTo("Name, PostalAddress"));
    }

    [Test]
    public async Task Faults_are_told_field_by_field_by_the_configurations_own_rules()
    {
        var invalid = (NewsletterOutcome.Invalid)await EditAsync(settings =>
            (settings.Name, settings.From, settings.ReplyTo, settings.Schedule, settings.TimeZone, settings.Locale) = ("",
                "nobody", "a\nb@example.org", "every day", "Prague", "Klingon"));
        Assert.That(invalid.Faults.Select(fault => fault.Field),
            Is.EqualTo(new[] { "Name", "From", "ReplyTo", "Schedule", "TimeZone", "Locale" }));
        Assert.That(invalid.Faults[3].Message, Is.EqualTo(
            "Schedule is 'every day': use five cron fields, e.g. 0 9 1-7,15-21 * WED for 9:00 on the first and third Wednesday."));
        Assert.That((await Given.Newsletter()).Name, Is.EqualTo("China In Eurasia"));
    }

    [Test]
    public async Task There_is_no_editing_a_newsletter_that_does_not_exist() =>
        Assert.That(await App.In<NewsletterDesk, NewsletterOutcome>(desk =>
            desk.EditAsync("nonesuch", new NewsletterSettings(), null, Actor.CommandLine)), Is.InstanceOf<NewsletterOutcome.Unknown>());

    private Task<NewsletterOutcome> EditAsync(Action<NewsletterSettings> change)
    {
        var settings = new NewsletterSettings { From = "China In Eurasia <news@sender.test>" };
        change(settings);
        return App.In<NewsletterDesk, NewsletterOutcome>(desk => desk.EditAsync(settings.Slug, settings, null, Actor.CommandLine));
    }
}
