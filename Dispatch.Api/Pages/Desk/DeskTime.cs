using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Api.Pages.Desk;

/// <summary>
/// Formats instants for staff in American English on a 24-hour clock, in the newsletter's time zone or, for ops, in UTC.
/// </summary>
public static partial class DeskTime
{
    private const string Long = "dddd, MMMM d, yyyy, HH:mm";

    private static readonly CultureInfo American = CultureInfo.GetCultureInfo("en-US");

    /// <summary>Formats an instant in the form "Wednesday, December 2, 2026, 09:00 (Prague time)".</summary>
    public static string OnDesk(this Newsletter newsletter, DateTimeOffset at) =>
        $"{newsletter.At(at).ToString(Long, American)} ({newsletter.ZoneInWords()})";

    /// <summary>Returns the newsletter's time zone, such as "Prague time".</summary>
    public static string ZoneInWords(this Newsletter newsletter) => Texts.ForStaff.Zone(newsletter.TimeZone);

    /// <summary>Formats an instant in the form "Wed, Dec 2, 2026, 09:00".</summary>
    public static string Brief(this Newsletter newsletter, DateTimeOffset at) =>
        newsletter.At(at).ToString("ddd, MMM d, yyyy, HH:mm", American);

    /// <summary>Formats an instant in the form "Wednesday, December 2, 2026, 09:00", in a time zone that is not saved yet.</summary>
    public static string InZone(DateTimeOffset at, string zone) =>
        TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString(Long, American);

    /// <summary>Formats an instant in UTC in the form "Dec 2, 2026, 08:00:12", for ops.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("MMM d, yyyy, HH:mm:ss", American);

    /// <summary>
    /// Formats an instant in UTC no more exactly than it is stored. Instants about readers are reduced to the day on purpose, and a
    /// midnight to the second would claim more than is known.
    /// </summary>
    public static string Stored(DateTimeOffset at) =>
        at.UtcDateTime is { TimeOfDay.Ticks: 0 } midnight ? Day(DateOnly.FromDateTime(midnight)) : Utc(at);

    /// <summary>
    /// Formats an instant that is stored to the hour in the form "Dec 2, 2026, 08:00–09:00". Any other instant is formatted as stored.
    /// </summary>
    public static string StoredToTheHour(DateTimeOffset at) =>
        at.UtcDateTime is { TimeOfDay: { Ticks: > 0 } time } hour && time.Ticks % TimeSpan.TicksPerHour == 0
            ? string.Create(American, $"{hour:MMM d, yyyy, HH:mm}–{hour.AddHours(1):HH:mm}") : Stored(at);

    /// <summary>Formats a day in the form "Dec 2, 2026".</summary>
    public static string Day(DateOnly day) => day.ToString("MMM d, yyyy", American);

    /// <summary>
    /// Rewrites the instants in an audit entry's detail in the format for ops. They say that they are UTC, because slots stand beside them
    /// in the newsletter's time zone.
    /// </summary>
    public static string? WithoutFractions(string? detail) =>
        detail is null ? null : Instant().Replace(detail, match =>
            DateTimeOffset.TryParse(match.Value, CultureInfo.InvariantCulture, out var at) ? $"{Utc(at)} UTC" : match.Value);

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}(?:Z|[+-]\d\d:\d\d)")]
    private static partial Regex Instant();

    /// <summary>Formats an instant for a datetime-local field.</summary>
    public static string ForField(this Newsletter newsletter, DateTimeOffset at) =>
        newsletter.At(at).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);

    /// <summary>Formats an instant in ISO 8601, for programs.</summary>
    public static string Iso(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Returns the time until an instant, such as "in 8 days", "in 42 seconds", "at any moment".</summary>
    public static string Until(DateTimeOffset now, DateTimeOffset at) => at <= now ? "at any moment" : $"in {Words(at - now)}";

    /// <summary>Returns a number of readers in words, such as "1 reader" or "1,204 readers".</summary>
    public static string Readers(int count) => Counted.Of(count, "reader");

    /// <summary>Returns a number of further readers in words, such as "1 more reader" or "1,204 more readers".</summary>
    public static string MoreReaders(int count) => Counted.Of(count, "more reader");

    /// <summary>Returns a time span in its largest fitting unit.</summary>
    public static string Words(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{time.TotalDays:0} days",
        { TotalHours: >= 2 } => $"{time.TotalHours:0} hours",
        { TotalSeconds: > 90 } => $"{Math.Ceiling(time.TotalMinutes):0} minutes",
        _ => Math.Ceiling(time.TotalSeconds) is 1 ? "1 second" : $"{Math.Ceiling(time.TotalSeconds):0} seconds",
    };
}
