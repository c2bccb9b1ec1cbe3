using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;

namespace Dispatch.Tests.Scheduling;

public class SlotRuleTests
{
    private const string FirstAndThirdWednesday = "0 9 1-7,15-21 * WED";

    [Test]
    public void The_first_and_third_Wednesdays_of_a_year_are_as_the_calendar_has_them()
    {
        string[] expected =
        [
            "2026-12-02 +01", "2026-12-16 +01", "2027-01-06 +01", "2027-01-20 +01", "2027-02-03 +01", "2027-02-17 +01",
            "2027-03-03 +01", "2027-03-17 +01", "2027-04-07 +02", "2027-04-21 +02", "2027-05-05 +02", "2027-05-19 +02",
            "2027-06-02 +02", "2027-06-16 +02", "2027-07-07 +02", "2027-07-21 +02", "2027-08-04 +02", "2027-08-18 +02",
            "2027-09-01 +02", "2027-09-15 +02", "2027-10-06 +02", "2027-10-20 +02", "2027-11-03 +01", "2027-11-17 +01",
        ];
        var slots = SlotRule.Parse(FirstAndThirdWednesday, "Europe/Prague").Next(At("2026-11-24T00:00:00Z"), expected.Length);
        Assert.That(slots, Is.EqualTo(expected.Select(day => At($"{day[..10]}T09:00:00{day[11..]}:00"))));
    }

    [TestCase("2027-09", "01 15",
        "begins on a Wednesday: the slots are the 1st and the 15th, and the 29th is a fifth Wednesday without one")]
    [TestCase("2026-07", "01 15", "begins on a Wednesday and has five of them: the 29th is none")]
    [TestCase("2028-03", "01 15", "begins on a Wednesday after a February of 29 days")]
    [TestCase("2028-02", "02 16", "February of a leap year")]
    [TestCase("2027-12", "01 15", "begins on a Wednesday, and so ends the year")]
    [TestCase("2034-02", "01 15", "a February that begins on a Wednesday has just four")]
    [TestCase("2027-04", "07 21", "the first Wednesday is the 7th, the latest it can be; the day after a Thursday begins the month")]
    [TestCase("2027-07", "07 21", "the first Wednesday is the 7th in a month of 31 days")]
    [TestCase("2026-12", "02 16", "the second Wednesday, the 9th, is none")]
    public void A_month_has_its_first_and_third_Wednesday(string month, string days, string why)
    {
        var rule = SlotRule.Parse(FirstAndThirdWednesday, "Europe/Prague");
        var first = DateOnly.ParseExact(month + "-01", "yyyy-MM-dd", null);
        var found = Enumerable.Range(0, DateTime.DaysInMonth(first.Year, first.Month)).Select(first.AddDays)
            .Where(day => rule.AllOn(day).Any());
        Assert.That(string.Join(' ', found.Select(day => day.ToString("dd", null))), Is.EqualTo(days), why);
    }

    [TestCase("0 9 * * *", "Europe/Prague", "2027-03-27", "2027-03-27T08:00Z 2027-03-28T07:00Z",
        "nine o'clock stays nine o'clock over the change to summer time")]
    [TestCase("0 9 * * *", "Europe/Prague", "2027-10-30", "2027-10-30T07:00Z 2027-10-31T08:00Z", "and over the change back")]
    [TestCase("30 2 * * SUN", "Europe/Prague", "2027-03-28", "2027-03-28T01:00Z",
        "02:30 is left out on that day: it comes at the change, at 03:00 local time")]
    [TestCase("30 2 * * SUN", "Europe/Prague", "2027-10-31", "2027-10-31T00:30Z", "02:30 comes twice on that day: the slot is the first")]
    [TestCase("0 2 * * SUN", "Europe/Prague", "2027-03-28", "2027-03-28T01:00Z", "the first minute that is left out")]
    [TestCase("0 3 * * SUN", "Europe/Prague", "2027-03-28", "2027-03-28T01:00Z", "the first minute after the gap is no other instant")]
    [TestCase("0 3 * * SUN", "Europe/Prague", "2027-10-31", "2027-10-31T02:00Z", "the first minute after the overlap comes once")]
    [TestCase("0 9 1-7,15-21 * WED", "Asia/Kolkata", "2026-12-02", "2026-12-02T03:30Z", "five and a half hours ahead, all year")]
    [TestCase("0 9 1-7,15-21 * WED", "Asia/Kathmandu", "2026-12-02", "2026-12-02T03:15Z", "five hours and three quarters")]
    [TestCase("0 0 * * WED", "Asia/Kathmandu", "2026-12-02", "2026-12-01T18:15Z", "midnight there is still Tuesday in UTC")]
    [TestCase("0 9 * * *", "Australia/Lord_Howe", "2027-04-03", "2027-04-02T22:00Z 2027-04-03T22:30Z",
        "summer time there ends on 4 April and is half an hour")]
    [TestCase("15 2 * * SUN", "Australia/Lord_Howe", "2027-10-03", "2027-10-02T15:30Z", "its gap is half an hour, from 02:00 to 02:30")]
    [TestCase("45 1 * * SUN", "Australia/Lord_Howe", "2027-04-04", "2027-04-03T14:45Z",
        "01:45 comes twice within half an hour: the slot is the first")]
    [TestCase("0 9 * * *", "Australia/Sydney", "2027-10-02", "2027-10-01T23:00Z 2027-10-02T22:00Z",
        "in the south the clock goes forward in October")]
    [TestCase("30 2 * * SUN", "Australia/Sydney", "2027-10-03", "2027-10-02T16:00Z", "in the gap: at the change")]
    [TestCase("30 2 * * SUN", "Australia/Sydney", "2027-04-04", "2027-04-03T15:30Z", "in the overlap: the first")]
    [TestCase("0 0 * * SUN", "America/Santiago", "2027-09-05", "2027-09-05T04:00Z",
        "there midnight itself is left out: the day begins at 01:00")]
    [TestCase("30 23 * * SAT", "America/Santiago", "2027-04-03", "2027-04-04T02:30Z",
        "the last hour of that Saturday comes twice: the slot is the first")]
    [TestCase("0 9 * * FRI", "Pacific/Apia", "2011-12-23", "2011-12-23T19:00Z", "before Samoa crossed the date line, at UTC-10 in summer")]
    [TestCase("0 9 * * SAT", "Pacific/Apia", "2011-12-31", "2011-12-30T19:00Z", "and after it, at UTC+14")]
    [TestCase("0 9 1-7,15-21 * WED", "Pacific/Apia", "2026-12-02", "2026-12-01T20:00Z",
        "thirteen hours ahead: the slot is on Tuesday in UTC")]
    [TestCase("0 9 1-7,15-21 * WED", "Pacific/Honolulu", "2026-12-02", "2026-12-02T19:00Z", "ten hours behind")]
    public void A_wall_time_means_what_its_zone_says_that_day(string cron, string zone, string from, string slots, string why)
    {
        var rule = SlotRule.Parse(cron, zone);
        var expected = slots.Split(' ').Select(At).ToArray();
        var day = DateOnly.ParseExact(from, "yyyy-MM-dd", null);
        var found = Enumerable.Range(0, expected.Length).Select(offset => rule.AllOn(day.AddDays(offset)).First());
        Assert.That(found, Is.EqualTo(expected), why);
        Assert.That(rule.NextFree(expected[0].AddMinutes(-1)), Is.EqualTo(expected[0]), "the same slot when asked for the next");
    }

    [Test]
    public void A_day_that_a_zone_skipped_has_no_slot() =>
        Assert.That(SlotRule.Parse("0 9 * * *", "Pacific/Apia").AllOn(new DateOnly(2011, 12, 30)), Is.Empty,
            "Samoa went from the 29th to the 31st");

    [Test]
    public void Slots_go_on_after_a_day_that_a_zone_skipped() =>
        Assert.That(
            SlotRule.Parse("0 9 * * *", "Pacific/Apia").Next(At("2011-12-29T00:00Z"), 3),
            Is.EqualTo(new[] { At("2011-12-29T19:00Z"), At("2011-12-30T19:00Z"), At("2011-12-31T19:00Z") }),
            "the 29th, the 31st and the 1st; asking Cronos over and over for the next one never ended");

    [Test]
    public void A_clock_change_neither_loses_nor_doubles_a_daily_slot()
    {
        foreach (var zone in (string[])["Europe/Prague", "Australia/Lord_Howe", "Australia/Sydney", "America/Santiago", "Asia/Kolkata"])
            foreach (var cron in (string[])["30 2 * * *", "0 0 * * *", "45 1 * * *"])
            {
                var rule = SlotRule.Parse(cron, zone);
                var days = rule.Between(At("2027-01-01T12:00Z"), At("2028-01-01T12:00Z")).Select(rule.DateOf).ToList();
                Assert.That(days, Is.Unique.And.Count.EqualTo(365), $"{cron} in {zone}");
            }
    }

    [Test]
    public void A_stretch_leaves_out_its_beginning_and_takes_in_its_end()
    {
        var rule = SlotRule.Parse(FirstAndThirdWednesday, "Europe/Prague");
        var (first, second) = (At("2026-12-02T08:00Z"), At("2026-12-16T08:00Z"));
        Assert.That(rule.Between(first, second), Is.EqualTo(new[] { second }), "a slot settled until its own instant is not settled twice");
        Assert.That(rule.Between(first.AddTicks(-1), first), Is.EqualTo(new[] { first }));
        Assert.That(rule.Between(second, first), Is.Empty);
    }

    [Test]
    public void A_rule_that_never_comes_true_has_no_slots() =>
        Assert.That(SlotRule.Parse("0 9 31 2 *", "Europe/Prague").Next(At("2026-11-24T00:00Z"), 3), Is.Empty);

    [Test]
    public void A_rule_of_every_minute_has_a_slot_each_minute()
    {
        var rule = SlotRule.Parse("* * * * *", "Europe/Prague");
        Assert.That(rule.AllOn(new DateOnly(2027, 10, 31)).Count(), Is.EqualTo(25 * 60), "a day of 25 hours");
        Assert.That(rule.AllOn(new DateOnly(2027, 3, 28)).Count(), Is.EqualTo(23 * 60), "a day of 23 hours");
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
