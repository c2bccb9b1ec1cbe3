namespace Dispatch.Templates.Text;

/// <summary>Which way a language is written, from its BCP 47 tag.</summary>
public static class TextDirection
{
    // A script in the tag decides over the language: Uyghur is written in Arabic letters, ug-Cyrl is not.
    private static readonly HashSet<string> RightToLeftScripts = new(StringComparer.OrdinalIgnoreCase) { "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg" };
    private static readonly HashSet<string> RightToLeftLanguages = new(StringComparer.OrdinalIgnoreCase)
        { "ar", "fa", "he", "ur", "ps", "ug", "ckb", "sd", "yi", "dv", "prs", "bal", "arc", "syr", "nqo" };

    /// <summary>"rtl" or "ltr", as the <c>dir</c> attribute has it.</summary>
    public static string Of(string language)
    {
        var parts = language.Split('-');
        var script = parts.Skip(1).FirstOrDefault(part => part.Length == 4 && part.All(char.IsAsciiLetter));
        var rightToLeft = script is null ? RightToLeftLanguages.Contains(parts[0]) : RightToLeftScripts.Contains(script);
        return rightToLeft ? "rtl" : "ltr";
    }
}
