using System.Globalization;
using System.Text;
using Dispatch.Worker.Database;

namespace Dispatch.Worker.Subscribers;

/// <summary>The name by which a reader wants to be addressed.</summary>
public static class ReaderName
{
    /// <summary>The maximum length of a name, in UTF-16 code units.</summary>
    public const int Longest = 100;

    /// <summary>
    /// Returns a name on one line: line ends and control characters become spaces, invisible marks and direction overrides are dropped, and
    /// the rest is cut to <see cref="Longest"/>. Null if nothing is left.
    /// </summary>
    public static string? Of(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var plain = IsPlain(text) ? text.Trim() : Folded(text);
        if (plain.Length > Longest)
            plain = Cut(plain, Longest).TrimEnd();
        return plain.Length == 0 ? null : plain;
    }

    private static bool IsPlain(string text)
    {
        foreach (var sign in text)
            if (sign < ' ' || sign is >= '\u007F' and <= '\u009F' or '\u061C' || sign >= '\u2000')
                return false;
        return true;
    }

    private static string Folded(string text)
    {
        var (kept, blank) = (new StringBuilder(text.Length), false);
        foreach (var rune in StorableText.Of(text.Replace('\0', ' ')).EnumerateRunes())
        {
            var breaks = Rune.IsControl(rune) || rune.Value is 0x2028 or 0x2029;
            // UAX #9: marks, embeddings, overrides and isolates would reorder the letters around them. Joiners stay, because some scripts
            // need them.
            if ((breaks && blank) || rune.Value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069
                or 0x061C or 0x200E or 0x200F or 0xFEFF or 0x200B
                || (rune.Value & 0xFFFE) == 0xFFFE)
                continue;
            kept.Append(breaks ? " " : rune.ToString());
            blank = breaks || Rune.IsWhiteSpace(rune);
        }
        return kept.ToString().Trim();
    }

    private static string Cut(string text, int most)
    {
        var end = 0;
        foreach (var length in StringInfo.ParseCombiningCharacters(text).Append(text.Length))
            if (length <= most)
                end = length;
        return text[..end];
    }
}
