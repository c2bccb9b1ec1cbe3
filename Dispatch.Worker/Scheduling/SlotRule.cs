using Cronos;

namespace Dispatch.Worker.Scheduling;

/// <summary>
/// The rule for a newsletter's slots: five cron fields, read in a time zone. Unlike in cron(8), day of month and day of week must both
/// match: <c>0 9 1-7,15-21 * WED</c> is the first and the third Wednesday.
/// </summary>
/// <remarks>
/// If a clock change skips a slot's local time, the slot is at the change. If a clock change repeats the local time, the slot is at the
/// first of the two instants. If the rule's minute or hour field is a range or a step, there is a slot at both instants.
/// </remarks>
public sealed class SlotRule
{
    private readonly CronExpression cron;

    private SlotRule(CronExpression cron, TimeZoneInfo zone) => (this.cron, Zone) = (cron, zone);

    public TimeZoneInfo Zone { get; }

    /// <summary>
    /// Parses a rule and a zone that were checked when the newsletter was saved. Throws if this system does not know them.
    /// </summary>
    public static SlotRule Parse(string cron, string timeZone) =>
        new(CronExpression.Parse(cron), TimeZoneInfo.FindSystemTimeZoneById(timeZone));

    /// <summary>
    /// Whether an exception of <see cref="Parse"/> means that this system doesn't know the rule or, on an older system, the zone.
    /// </summary>
    public static bool IsUnknown(Exception fault) => fault is TimeZoneNotFoundException or InvalidTimeZoneException or CronFormatException;

    /// <summary>Returns the slots within a period, in order, in UTC.</summary>
    public IEnumerable<DateTimeOffset> Between(DateTimeOffset fromExclusive, DateTimeOffset toInclusive)
    {
        for (var at = After(fromExclusive); at <= toInclusive; at = After(at.Value))
            yield return at.Value;
    }

    /// <summary>Returns the next slots. Returns fewer than asked for only if the rule never matches again.</summary>
    public IEnumerable<DateTimeOffset> Next(DateTimeOffset after, int count) => Between(after, DateTimeOffset.MaxValue).Take(count);

    /// <summary>Returns the next slot that is not <paramref name="taken"/>, or null if the rule has no more slots.</summary>
    public DateTimeOffset? NextFree(DateTimeOffset after, params IReadOnlyCollection<DateTimeOffset> taken)
    {
        foreach (var at in Next(after, taken.Count + 1))
            if (!taken.Contains(at))
                return at;
        return null;
    }

    /// <summary>Returns all slots on a local day: usually one or none.</summary>
    public IEnumerable<DateTimeOffset> AllOn(DateOnly date)
    {
        // No zone is more than 14 hours from UTC, and a local day may have 25 hours.
        var midnight = new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero);
        return Between(midnight.AddHours(-15), midnight.AddHours(40)).Where(at => DateOf(at) == date);
    }

    /// <summary>Returns the local day that an instant falls on.</summary>
    public DateOnly DateOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, Zone).DateTime);

    // If a zone skipped a whole day (Samoa, 30 December 2011), Cronos returns the same instant forever. The search then continues an hour
    // later.
    private DateTimeOffset? After(DateTimeOffset instant)
    {
        for (var from = instant; ; from = from.AddHours(1))
            if (cron.GetNextOccurrence(from, Zone) is var next && (next is null || next > instant))
                return next?.ToUniversalTime();
    }
}
