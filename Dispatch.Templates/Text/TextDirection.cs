using System.Globalization;
using System.Text;

namespace Dispatch.Templates.Text;

/// <summary>Determines the direction in which a language is written.</summary>
public static class TextDirection
{
    // CultureInfo knows a language's usual direction, but ignores scripts for which it has no data, such as in az-Arab.
    private static readonly HashSet<string> RightToLeftScripts = new(StringComparer.OrdinalIgnoreCase)
        { "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg" };

    /// <summary>Returns "rtl" or "ltr" for the <c>dir</c> attribute.</summary>
    /// <param name="language">A BCP 47 tag. A script in the tag decides, so ug is written from right to left, but ug-Cyrl is not.</param>
    public static string Of(string language)
    {
        var script = language.Split('-').Skip(1).FirstOrDefault(part => part.Length == 4 && part.All(char.IsAsciiLetter));
        return (script is null ? IsRightToLeft(language) : RightToLeftScripts.Contains(script)) ? "rtl" : "ltr";
    }

    /// <summary>
    /// Returns the direction of a text: the one around it, unless both the first word and most words have the other. So an Arabic sentence
    /// that begins with a Latin name stays Arabic. Words are counted rather than letters, because Arabic words are shorter.
    /// </summary>
    /// <param name="text">The text, of any length.</param>
    /// <param name="around">The direction around the text, "rtl" or "ltr".</param>
    public static string OfText(string text, string around)
    {
        if (around == "ltr" && !text.Any(IsPerhapsRightToLeft))
            return around; // the usual case
        var (first, balance, last) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
                continue; // within a word
            var side = !Rune.IsLetter(rune) ? 0 : IsRightToLeft(rune) ? 1 : -1;
            (balance, last) = (side == last ? balance : balance + side, side);
            if (side == 0)
                continue;
            if (first == 0)
                first = side;
        }
        return (around == "rtl", first, balance) switch
        {
            (false, > 0, > 0) => "rtl",
            (true, < 0, < 0) => "ltr",
            _ => around,
        };
    }

    // The blocks of Hebrew, Arabic, Syriac, Thaana, N'Ko and further scripts, their presentation forms, and those beyond the first plane.
    private static bool IsRightToLeft(Rune rune) => rune.Value is >= 0x0590 and <= 0x08FF or >= 0xFB1D and <= 0xFDFF
        or >= 0xFE70 and <= 0xFEFC or >= 0x10800 and <= 0x10FFF or >= 0x1E800 and <= 0x1EFFF;

    private static bool IsPerhapsRightToLeft(char c) => c is >= '\u0590' and <= '\u08FF' or >= '\uD800' and <= '\uDFFF'
        or >= '\uFB1D' and <= '\uFEFC';

    private static bool IsRightToLeft(string language)
    {
        try
        {
            return CultureInfo.GetCultureInfo(language).TextInfo.IsRightToLeft;
        }
        catch (CultureNotFoundException)
        {
            return false; // not a language tag
        }
    }
}
