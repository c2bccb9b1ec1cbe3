using System.Globalization;
using System.Text;

namespace Dispatch.Templates;

/// <summary>
/// Lays out plain text for email in lines of about 72 columns. Lines break at spaces, or between two ideographs, which are two columns
/// wide. A placeholder, a URL or a word longer than a line is never broken.
/// </summary>
public static class PlainText
{
    public const int Width = 72;

    private const string NotFirst = "、。，．！？；：」』）】》〉”’…％"; // a line must not start with any of these
    private const string NotLast = "（［｛「『【《〈“‘"; // or end with any of these

    /// <summary>Removes control characters and the delimiters of placeholders.</summary>
    public static string Clean(string text)
    {
        if (text.All(Belongs))
            return text;
        return string.Concat(text.Where(Belongs));

        static bool Belongs(char c) =>
            c is '\n' or '\t' || !(char.IsControl(c) || c is Placeholders.Opening or Placeholders.Middle or Placeholders.Closing);
    }

    /// <summary>Joins the lines of a value, because a line break in a subject would start a new header.</summary>
    public static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n', '\t', '\u0085', '\u2028', '\u2029'],
            StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Returns the first words of a text, as many as inboxes show beside a subject and search engines below a title.</summary>
    public static string Beginning(string text)
    {
        const int longest = 140;
        text = OneLine(text);
        if (text.Length <= longest)
            return text;
        var cut = text.LastIndexOf(' ', longest) is > longest / 2 and var space ? space : longest;
        return text[..(char.IsLowSurrogate(text[cut]) ? cut - 1 : cut)].TrimEnd(' ', ',', '.', ':', ';', '–') + "…";
    }

    /// <summary>Breaks one paragraph into lines. The first line gets one prefix (such as "- "), and the others get another.</summary>
    public static string Wrap(string paragraph, string firstPrefix = "", string nextPrefix = "", int width = Width)
    {
        var lines = new StringBuilder(paragraph.Length + 32).Append(firstPrefix);
        var (column, empty) = (WidthOf(firstPrefix), true);
        foreach (var (piece, spaced) in Pieces(paragraph))
        {
            var needed = WidthOf(piece) + (spaced && !empty ? 1 : 0);
            if (!empty && column + needed > width)
            {
                lines.Append('\n').Append(nextPrefix);
                (column, empty, needed) = (WidthOf(nextPrefix), true, WidthOf(piece));
            }
            if (spaced && !empty)
                lines.Append(' ');
            lines.Append(piece);
            (column, empty) = (column + needed, false);
        }
        return lines.ToString();
    }

    /// <summary>
    /// Breaks a long line and keeps its indentation. A line with a URL is not broken, because the URL must stay clickable.
    /// </summary>
    public static string Rewrap(string line)
    {
        if (WidthOf(line) <= Width || line.Contains("://", StringComparison.Ordinal))
            return line;
        var indent = line[..^line.TrimStart(' ').Length];
        return Wrap(line.TrimStart(' '), indent, indent);
    }

    /// <summary>Returns the width of a text, in columns of a fixed-width font.</summary>
    public static int WidthOf(string text)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += WidthOf(rune);
        return width;
    }

    private static int WidthOf(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune) ? 2 : 1,
    };

    // Approximates the East Asian blocks of UAX #11, which is precise enough for breaking lines.
    private static bool IsWide(Rune rune) => rune.Value is >= 0x1100 and <= 0x115F or >= 0x2E80 and <= 0x303E or >= 0x3041 and <= 0xA4CF
        or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0xFE30 and <= 0xFE6F or >= 0xFF00 and <= 0xFF60
        or >= 0xFFE0 and <= 0xFFE6 or >= 0x1F300 and <= 0x1F64F or >= 0x1F900 and <= 0x1F9FF or >= 0x20000 and <= 0x3FFFD;

    // Splits a paragraph at every possible break, and says for each piece whether a space preceded it. A no-break space is not a possible
    // break.
    private static IEnumerable<(string Piece, bool Spaced)> Pieces(string paragraph)
    {
        var piece = new StringBuilder();
        var (spaced, inHole, lastWide, opened) = (false, false, false, false);
        foreach (var rune in paragraph.EnumerateRunes())
        {
            inHole = rune.Value == Placeholders.Opening || (inHole && rune.Value != Placeholders.Closing);
            var isSpace = !inHole && rune.Value is ' ' or '\n' or '\t';
            var wide = IsWide(rune);
            var breaksHere = isSpace
                || (!inHole && !opened && (wide || lastWide) && !NotFirst.Contains(rune.ToString(), StringComparison.Ordinal));
            if (breaksHere && piece.Length > 0)
            {
                yield return (piece.ToString(), spaced);
                piece.Clear();
                spaced = false;
            }
            if (isSpace)
                spaced = true;
            else
                piece.Append(rune.Value == 0xA0 ? " " : rune.ToString());
            (lastWide, opened) = (wide, NotLast.Contains(rune.ToString(), StringComparison.Ordinal));
        }
        if (piece.Length > 0)
            yield return (piece.ToString(), spaced);
    }
}
