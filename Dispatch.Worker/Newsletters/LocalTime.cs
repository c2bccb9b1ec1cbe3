using System.Globalization;

namespace Dispatch.Worker.Newsletters;

/// <summary>Converts times to and from a newsletter's time zone, and writes dates in its language.</summary>
public static class LocalTime
{
    /// <summary>Returns the date in the newsletter's language, such as "Wednesday, December 2, 2026".</summary>
    public static string DateOf(this Newsletter newsletter, DateTimeOffset instant) => newsletter.DateIn(newsletter.Culture(), instant);

    /// <summary>Returns the date in the newsletter's time zone, written in this culture's language.</summary>
    public static string DateIn(this Newsletter newsletter, CultureInfo culture, DateTimeOffset instant) =>
        DateIn(culture, newsletter.At(instant));

    // .NET writes Persian and Pashto dates with the year first, with an era in Latin letters and with Western digits.
    private static string DateIn(CultureInfo culture, DateTimeOffset at)
    {
        if (culture.Calendar is not PersianCalendar)
            return at.ToString("D", culture);
        var date = at.ToString(culture.TwoLetterISOLanguageName == "ps" ? "dddd د yyyy د MMMM d" : "dddd d MMMM yyyy", culture);
        return string.Concat(date.Select(c => char.IsAsciiDigit(c) ? (char)('۰' + (c - '0')) : c));
    }

    /// <summary>Returns the date in ISO 8601, such as "2026-12-02", for programs.</summary>
    public static string IsoDateOf(this Newsletter newsletter, DateTimeOffset instant) =>
        newsletter.At(instant).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Returns the same instant with the offset of the newsletter's time zone.</summary>
    public static DateTimeOffset At(this Newsletter newsletter, DateTimeOffset instant) =>
        TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone));

    /// <summary>Returns the date at this instant in the newsletter's time zone.</summary>
    public static DateOnly DayOf(this Newsletter newsletter, DateTimeOffset instant) =>
        DateOnly.FromDateTime(newsletter.At(instant).DateTime);

    /// <summary>
    /// Returns the instant of a local time in the newsletter's time zone. If a clock change repeats the local time, returns the first of
    /// the two instants. If a clock change skips it, returns null.
    /// </summary>
    public static DateTimeOffset? InstantOf(this Newsletter newsletter, DateTime wallTime)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone);
        if (zone.IsInvalidTime(wallTime))
            return null;
        var offset = zone.IsAmbiguousTime(wallTime) ? zone.GetAmbiguousTimeOffsets(wallTime).Max() : zone.GetUtcOffset(wallTime);
        return new DateTimeOffset(wallTime, offset).ToUniversalTime();
    }

    /// <summary>
    /// Returns the instant at which a day begins in the newsletter's time zone. If a clock change skips midnight, returns the first instant
    /// after the change.
    /// </summary>
    public static DateTimeOffset BeginningOf(this Newsletter newsletter, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return newsletter.InstantOf(midnight) ?? newsletter.InstantOf(midnight.AddHours(1)) ?? new DateTimeOffset(midnight, TimeSpan.Zero);
    }

    /// <summary>
    /// Returns the newsletter's culture, which decides the language and the format of dates. Where a country counts by the moon (ar-SA),
    /// it is the language's culture, so that issues have the same calendar as pages and other messages.
    /// </summary>
    public static CultureInfo Culture(this Newsletter newsletter)
    {
        var culture = CultureInfo.GetCultureInfo(newsletter.Locale);
        return culture.Calendar is HijriCalendar or UmAlQuraCalendar
            ? CultureInfo.GetCultureInfo(culture.TwoLetterISOLanguageName) : culture;
    }
}
