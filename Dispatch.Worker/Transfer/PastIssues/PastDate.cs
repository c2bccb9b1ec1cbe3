using System.Globalization;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// When a past issue went out, as its file says. Without a zone, the time is in the newsletter's zone; without a time, it is noon there, so
/// that the issue keeps its day.
/// </summary>
/// <param name="Wall">The date and time as written, or in UTC if the file names a zone.</param>
/// <param name="IsUtc">Whether the file names a zone.</param>
internal readonly record struct PastDate(DateTime Wall, bool IsUtc)
{
    private static readonly string[] InWords =
        ["MMMM d, yyyy", "MMM d, yyyy", "d MMMM yyyy", "d MMM yyyy", "yyyy-M-d", "yyyy/M/d", "yyyy.M.d"];

    /// <summary>The accepted forms, for messages.</summary>
    public const string Example = "2024-05-15, 2024-05-15 09:00:00 or 2024-05-15T09:00:00+02:00";

    /// <summary>Reads a date. Never guesses whether a number is the day or the month.</summary>
    /// <returns>The date, or null if the text is empty or not a date.</returns>
    public static PastDate? Read(string? text)
    {
        text = text?.Trim() ?? "";
        if (Moments.TryRead(text, out var at, out var zoned))
            return at is not { } found ? null
                : zoned ? new(found.UtcDateTime, IsUtc: true)
                : new(text.Length <= 10 ? found.UtcDateTime.AddHours(12) : found.UtcDateTime, IsUtc: false);
        return DateTime.TryParseExact(text, InWords, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var day)
            ? new(day.AddHours(12), IsUtc: false) : null;
    }

    /// <summary>Returns the instant for a newsletter.</summary>
    public DateTimeOffset For(Newsletter newsletter) => IsUtc ? new DateTimeOffset(Wall, TimeSpan.Zero)
        : newsletter.InstantOf(DateTime.SpecifyKind(Wall, DateTimeKind.Unspecified))
            ?? newsletter.InstantOf(DateTime.SpecifyKind(Wall.AddHours(1), DateTimeKind.Unspecified))
                ?? new DateTimeOffset(Wall, TimeSpan.Zero);
}
