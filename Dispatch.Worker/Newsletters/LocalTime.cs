using System.Globalization;

namespace Dispatch.Worker.Newsletters;

/// <summary>Instants as a newsletter's readers write them: in its time zone and its language.</summary>
public static class LocalTime
{
    /// <summary>As in "Wednesday, December 2, 2026".</summary>
    public static string DateOf(this Newsletter newsletter, DateTimeOffset instant) => newsletter.DateIn(newsletter.Culture(), instant);

    /// <summary>The same for a reader whose language is not the newsletter's.</summary>
    public static string DateIn(this Newsletter newsletter, CultureInfo culture, DateTimeOffset instant) =>
        newsletter.At(instant).ToString("D", culture);

    /// <summary>As in "2026-12-02", for programs.</summary>
    public static string IsoDateOf(this Newsletter newsletter, DateTimeOffset instant) =>
        newsletter.At(instant).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The instant as the clocks in the newsletter's zone show it.</summary>
    public static DateTimeOffset At(this Newsletter newsletter, DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone));

    /// <summary>The date at that instant in the newsletter's zone.</summary>
    public static DateOnly DayOf(this Newsletter newsletter, DateTimeOffset instant) =>
        DateOnly.FromDateTime(newsletter.At(instant).DateTime);

    /// <summary>
    /// The instant that a wall time in the newsletter's zone means: if it occurs twice, the first; null if a clock change skips it.
    /// </summary>
    public static DateTimeOffset? InstantOf(this Newsletter newsletter, DateTime wallTime)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone);
        if (zone.IsInvalidTime(wallTime))
            return null;
        var offset = zone.IsAmbiguousTime(wallTime) ? zone.GetAmbiguousTimeOffsets(wallTime).Max() : zone.GetUtcOffset(wallTime);
        return new DateTimeOffset(wallTime, offset).ToUniversalTime();
    }

    /// <summary>When a day begins in the newsletter's zone; if a clock change skips midnight, the first instant after it.</summary>
    public static DateTimeOffset BeginningOf(this Newsletter newsletter, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return newsletter.InstantOf(midnight) ?? newsletter.InstantOf(midnight.AddHours(1)) ?? new DateTimeOffset(midnight, TimeSpan.Zero);
    }

    /// <summary>The newsletter's language and the way it writes dates.</summary>
    public static CultureInfo Culture(this Newsletter newsletter) => CultureInfo.GetCultureInfo(newsletter.Locale);
}
