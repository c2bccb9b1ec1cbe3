using System.Globalization;

namespace Dispatch.Worker.Newsletters;

/// <summary>Instants as a newsletter's readers write them: in its time zone and its language.</summary>
public static class LocalTime
{
    /// <summary>As in "Wednesday, December 2, 2026".</summary>
    public static string DateOf(this Newsletter newsletter, DateTimeOffset instant) => newsletter.At(instant).ToString("D", newsletter.Culture());

    /// <summary>As in "2026-12-02", for programs.</summary>
    public static string IsoDateOf(this Newsletter newsletter, DateTimeOffset instant) => newsletter.At(instant).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>As in "Wednesday, December 2, 2026, 9:00 AM (Prague time)".</summary>
    public static string DateAndTimeOf(this Newsletter newsletter, DateTimeOffset instant) =>
        $"{newsletter.DateOf(instant)}, {newsletter.At(instant).ToString("t", newsletter.Culture())} ({newsletter.ZoneInWords()})";

    /// <summary>The instant as the clocks in the newsletter's zone show it.</summary>
    public static DateTimeOffset At(this Newsletter newsletter, DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone));

    /// <summary>The day that it is then in the newsletter's zone.</summary>
    public static DateOnly DayOf(this Newsletter newsletter, DateTimeOffset instant) =>
        DateOnly.FromDateTime(newsletter.At(instant).DateTime);

    /// <summary>The instant that a wall time in the newsletter's zone means: of a time that comes twice, the first; null for one that a clock change leaves out.</summary>
    public static DateTimeOffset? InstantOf(this Newsletter newsletter, DateTime wallTime)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone);
        if (zone.IsInvalidTime(wallTime))
            return null;
        var offset = zone.IsAmbiguousTime(wallTime) ? zone.GetAmbiguousTimeOffsets(wallTime).Max() : zone.GetUtcOffset(wallTime);
        return new DateTimeOffset(wallTime, offset).ToUniversalTime();
    }

    /// <summary>When a day begins in the newsletter's zone; where a clock change leaves midnight out, the first instant after it.</summary>
    public static DateTimeOffset BeginningOf(this Newsletter newsletter, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return newsletter.InstantOf(midnight) ?? newsletter.InstantOf(midnight.AddHours(1)) ?? new DateTimeOffset(midnight, TimeSpan.Zero);
    }

    /// <summary>The newsletter's language and the way it writes dates.</summary>
    public static CultureInfo Culture(this Newsletter newsletter) => CultureInfo.GetCultureInfo(newsletter.Locale);

    /// <summary>"rtl" or "ltr", as the <c>dir</c> attribute of what is in the newsletter's language has it.</summary>
    public static string Direction(this Newsletter newsletter) => newsletter.Culture().TextInfo.IsRightToLeft ? "rtl" : "ltr";

    // IANA zones are named after a place, which says more to a reader than "CET". Those that are not ("UTC", "Etc/GMT+3") stay as they are.
    public static string ZoneInWords(this Newsletter newsletter) => newsletter.TimeZone.LastIndexOf('/') is > 0 and var slash && !newsletter.TimeZone.StartsWith("Etc/", StringComparison.Ordinal)
        ? $"{newsletter.TimeZone[(slash + 1)..].Replace('_', ' ')} time"
        : newsletter.TimeZone;
}
