using System.Globalization;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>
/// Reads instants as other systems write them: ISO 8601 with a space or a T; Go's <c>time.String()</c>, which adds a zone name to the
/// offset; and the formats of PostgreSQL and Python. An instant without an offset is taken as UTC. No other form is read, because the order
/// of day and month would have to be guessed. Fractions of a second are dropped.
/// </summary>
internal static class Moments
{
    /// <summary>The accepted forms, for messages.</summary>
    public const string Example = "2024-02-29 or 2024-02-29T13:37:00Z";

    /// <summary>Reads an instant.</summary>
    /// <param name="text">The cell.</param>
    /// <param name="at">The instant. Null if the cell is empty or means "no date": <c>0000-00-00</c>, the first day of year 1 (Go, .NET) or
    /// the epoch.</param>
    /// <param name="zoned">Whether the text names its offset from UTC.</param>
    /// <returns>False if the text is not an instant.</returns>
    public static bool TryRead(ReadOnlySpan<char> text, out DateTimeOffset? at, out bool zoned)
    {
        (at, zoned) = (null, true);
        text = text.Trim();
        if (text.IsEmpty || text.StartsWith("0000-00-00", StringComparison.Ordinal))
            return true;
        if (!TryDate(text, out var moment))
            return false;
        text = text[10..];
        if (!text.IsEmpty && !TryTime(ref text, ref moment))
            return false;
        zoned = !text.IsEmpty;
        if (!TryOffset(text, out var offset))
            return false;
        if (moment < DateTime.MinValue + TimeSpan.FromDays(2))
            return true;
        if (moment > DateTime.MaxValue - TimeSpan.FromDays(2))
            return false;
        var utc = new DateTimeOffset(moment - offset, TimeSpan.Zero);
        at = utc == DateTimeOffset.UnixEpoch ? null : utc;
        return true;
    }

    private static bool TryDate(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        return text.Length >= 10 && DateTime.TryParseExact(text[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture,
            DateTimeStyles.None, out date);
    }

    private static bool TryTime(ref ReadOnlySpan<char> text, ref DateTime moment)
    {
        if (text[0] is not ('T' or 't' or ' ') || text.Length < 6 || text[3] != ':')
            return false;
        if (!TryNumber(text.Slice(1, 2), 23, out var hour) || !TryNumber(text.Slice(4, 2), 59, out var minute))
            return false;
        var (second, end) = (0, 6);
        if (text.Length >= 9 && text[6] == ':')
        {
            if (!TryNumber(text.Slice(7, 2), 59, out second))
                return false;
            end = 9;
            if (text.Length > end && text[end] == '.')
                for (end++; end < text.Length && char.IsAsciiDigit(text[end]);)
                    end++;
        }
        moment = moment.AddHours(hour).AddMinutes(minute).AddSeconds(second);
        text = text[end..].Trim();
        return true;
    }

    // "Z", "UTC", "+02:00", "+0200", "+02", "+0200 CEST", "+0600 +06", "+0000 UTC".
    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = TimeSpan.Zero;
        if (text.IsEmpty || text is "Z" or "z" or "UTC")
            return true;
        if (text[0] is not ('+' or '-') || text.Length < 3 || !TryNumber(text.Slice(1, 2), 14, out var hours))
            return false;
        var (minutes, end) = (0, 3);
        var digits = text.Length > 3 && text[3] == ':' ? 4 : 3;
        if (text.Length >= digits + 2 && char.IsAsciiDigit(text[digits]))
        {
            if (!TryNumber(text.Slice(digits, 2), 59, out minutes))
                return false;
            end = digits + 2;
        }
        var name = text[end..];
        if (!name.IsEmpty && (name[0] != ' ' || !IsZoneName(name.Trim())))
            return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-')
            offset = -offset;
        return true;
    }

    private static bool IsZoneName(ReadOnlySpan<char> name)
    {
        foreach (var sign in name)
            if (!char.IsAsciiLetterOrDigit(sign) && sign is not ('+' or '-' or '/' or '_'))
                return false;
        return name.Length is > 0 and <= 40;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, int most, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;
}
