using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Newsletters;

/// <summary>Names in URLs: lower-case ASCII letters, digits and single hyphens.</summary>
public static class Slugs
{
    public static bool IsGood(string slug, int longest) =>
        slug.Length > 0 && slug.Length <= longest && slug[0] != '-' && slug[^1] != '-'
        && slug.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>
    /// Makes a slug from a title, cut at a word boundary. Returns an empty string if the title has no Latin letter or digit.
    /// </summary>
    public static string From(string title)
    {
        var slug = new StringBuilder();
        foreach (var c in Decomposed(title))
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark && c is not ('\'' or '’')
                && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-'); // accents and apostrophes leave no hyphen
        }
        var whole = slug.ToString().Trim('-');
        if (whole.Length <= 60)
            return whole;
        var end = whole.LastIndexOf('-', 60);
        return end > 20 ? whole[..end] : whole[..60].Trim('-');
    }

    // .NET throws on normalising a noncharacter (U+FFFE) or a lone surrogate, which have no normalised form.
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
