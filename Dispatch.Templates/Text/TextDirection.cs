using System.Globalization;

namespace Dispatch.Templates.Text;

/// <summary>The direction in which a language is written.</summary>
public static class TextDirection
{
    // CultureInfo knows how a language is usually written, but ignores a script that it has no data for, as in az-Arab.
    private static readonly HashSet<string> RightToLeftScripts = new(StringComparer.OrdinalIgnoreCase)
        { "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg" };

    /// <summary>"rtl" or "ltr", as used in the <c>dir</c> attribute.</summary>
    /// <param name="language">BCP 47. If it names a script, that decides: Uyghur is written in Arabic letters, ug-Cyrl is not.</param>
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
