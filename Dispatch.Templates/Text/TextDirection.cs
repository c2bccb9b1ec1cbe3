using System.Globalization;

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
