using Cronos;

namespace Dispatch.Worker.Scheduling;

/// <summary>
/// When a newsletter's slots fall: five cron fields read in a time zone. Pure: the caller supplies the clock. Day of month and day of week
/// must both match, unlike in cron(8): <c>0 9 1-7,15-21 * WED</c> is the first and the third Wednesday. A wall time that a clock change
/// skips is taken at the change; one that occurs twice, the first time (unless the minute or hour field is a range or a step: every half
/// hour means every half hour).
/// </summary>
public sealed class SlotRule
{
    private readonly CronExpression cron;

    private SlotRule(CronExpression cron, TimeZoneInfo zone) => (this.cron, Zone) = (cron, zone);

    public TimeZoneInfo Zone { get; }

    /// <summary>Both were checked when the newsletter was saved; an error here means that a guarantee was broken.</summary>
    public static SlotRule Parse(string cron, string timeZone) =>
        new(CronExpression.Parse(cron), TimeZoneInfo.FindSystemTimeZoneById(timeZone));

    /// <summary>Whether <see cref="Parse"/> threw this: a rule, or on an older system a zone, that is not known here.</summary>
    public static bool IsUnknown(Exception fault) => fault is TimeZoneNotFoundException or InvalidTimeZoneException or CronFormatException;

    /// <summary>The slots within a period, in order, in UTC.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset fromExclusive, DateTimeOffset toInclusive)
    {
        for (var at = After(fromExclusive); at <= toInclusive; at = After(at.Value))
            yield return at.Value;
    }

    /// <summary>The next few slots; fewer than asked for only when the rule never matches again.</summary>
    public IEnumerable<DateTimeOffset> Next(DateTimeOffset after, int count) => Between(after, DateTimeOffset.MaxValue).Take(count);

    /// <summary>The next slot that is not <paramref name="taken"/>; null when the rule has no more slots.</summary>
    public DateTimeOffset? NextFree(DateTimeOffset after, params IReadOnlyCollection<DateTimeOffset> taken)
    {
        foreach (var at in Next(after, taken.Count + 1))
            if (!taken.Contains(at))
                return at;
        return null;
    }

    /// <summary>All slots on one local day: usually one or none.</summary>
    public IEnumerable<DateTimeOffset> AllOn(DateOnly date)
    {
        // No zone is more than 14 hours from UTC, and a local day may have 25 hours.
        var midnight = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        return Between(midnight.AddHours(-15), midnight.AddHours(40)).Where(at => DateOf(at) == date);
    }

    /// <summary>The local day that names a slot.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    // Where a zone skipped a whole day (Samoa, 30 December 2011), Cronos returns the same instant forever: continue the search from a later
    // one.
    private DateTimeOffset? After(DateTimeOffset instant)
    {
        for (var from = instant; ; from = from.AddHours(1))
            if (cron.GetNextOccurrence(from, Zone) is var next && (next is null || next > instant))
                return next?.ToUniversalTime();
    }
}
