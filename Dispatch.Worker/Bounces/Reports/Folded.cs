using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// Folds text so that one pattern finds a phrase however it is written: lower case, no accents, plain quotation marks, single spaces.
/// </summary>
internal static partial class Folded
{
    /// <summary>Folds the non-ASCII letters of a regular expression, and leaves its syntax alone.</summary>
    public static string Pattern(string pattern) => Foreign().Replace(pattern, match => Of(match.Value));

    public static string Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        var blank = false;
        foreach (var rune in Decomposed(text).EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
                continue;
            if (Rune.IsWhiteSpace(rune) || category is UnicodeCategory.Control)
            {
                blank = true;
                continue;
            }
            if (blank && folded.Length > 0)
                folded.Append(' ');
            blank = false;
            folded.Append(rune.Value switch
            {
                0x2018 or 0x2019 or 0x201B or 0xB4 or 0x60 => "'",
                0x201C or 0x201D or 0xAB or 0xBB or 0x201E => "\"",
                0x2010 or 0x2011 or 0x2012 or 0x2013 or 0x2014 => "-",
                0xDF => "ss",
                0x142 or 0x141 => "l", // Polish ł has no decomposition
                0xF8 or 0xD8 => "o",
                0x131 => "i",
                _ => Rune.ToLowerInvariant(rune).ToString(),
            });
        }
        return folded.ToString();
    }

    // A lone surrogate can't be normalized, so it is replaced first.
    private static string Decomposed(string text)
    {
        try
        {
            return text.Normalize(NormalizationForm.FormKD);
        }
        catch (ArgumentException)
        {
            return Database.StorableText.Of(text).Normalize(NormalizationForm.FormKD);
        }
    }

    [GeneratedRegex("[^\\x00-\\x7F]+")]
    private static partial Regex Foreign();
}
