using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Newsletters;

/// <summary>Names in URLs: lower-case letters, digits and single hyphens.</summary>
public static class Slugs
{
    // A letter outside ASCII takes six or nine characters in a URL, so a slug with such letters is shorter.
    private const int LongestMadeUp = 60;
    private const int LongestInOtherScripts = 40;

    /// <summary>
    /// Whether a slug consists only of ASCII letters, digits and hyphens, as a newsletter's slug must, because mail headers contain it.
    /// </summary>
    public static bool IsGood(string slug, int longest) =>
        slug.All(char.IsAscii) && IsGoodInAnyScript(slug, longest);

    /// <summary>Whether a slug is valid in a URL. Letters of any script are allowed.</summary>
    public static bool IsGoodInAnyScript(string slug, int longest) =>
        slug.Length > 0 && slug.Length <= longest && slug[0] != '-' && slug[^1] != '-'
        && slug.All(c => c == '-' || (IsLetterOrMark(c) && c == char.ToLowerInvariant(c)));

    /// <summary>
    /// Makes a slug from a title, cut at a word boundary. Latin and Greek letters lose their accents. Returns an empty string if the title
    /// has no letter or digit.
    /// </summary>
    public static string From(string title)
    {
        var slug = new StringBuilder();
        var losesMarks = true;
        foreach (var c in Decomposed(title))
        {
            if (char.IsLetterOrDigit(c))
            {
                slug.Append(char.ToLowerInvariant(c));
                losesMarks = c < '\u0400';
            }
            else if (IsLetterOrMark(c))
            {
                if (!losesMarks) // the marks of й, or of Thai and Hindi vowels, are kept
                    slug.Append(c);
            }
            else if (c is not ('\'' or '’' or '\u200C' or '\u200D' or '\u00AD') && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-'); // apostrophes leave no hyphen
        }
        var whole = Composed(slug.ToString()).Trim('-');
        var longest = whole.All(char.IsAscii) ? LongestMadeUp : LongestInOtherScripts;
        if (whole.Length <= longest)
            return whole;
        var end = whole.LastIndexOf('-', longest);
        return end > 20 ? whole[..end] : whole[..longest].Trim('-');
    }

    /// <summary>Returns the first of name, name-2, name-3 … that is not taken.</summary>
    /// <param name="name">The name. It is cut if it would be too long with its number.</param>
    /// <param name="taken">The names that are taken.</param>
    /// <param name="longest">The limit for the length.</param>
    /// <param name="ending">What follows the number, such as a file's extension.</param>
    public static string FirstFree(string name, IReadOnlySet<string> taken, int longest, string ending = "")
    {
        for (var number = 1; ; number++)
        {
            var tail = (number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{number}")) + ending;
            var free = name[..Math.Min(name.Length, longest - tail.Length)].TrimEnd('-') + tail;
            if (!taken.Contains(free))
                return free;
        }
    }

    private static bool IsLetterOrMark(char c) => char.IsLetterOrDigit(c) || CharUnicodeInfo.GetUnicodeCategory(c)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static string Composed(string text)
    {
        try
        {
            return text.Normalize();
        }
        catch (ArgumentException)
        {
            return text;
        }
    }

    // .NET throws when it normalizes a noncharacter (U+FFFE) or a lone surrogate.
    internal static string Decomposed(string title)
    {
        try
        {
            return title.Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            return title;
        }
    }
}
