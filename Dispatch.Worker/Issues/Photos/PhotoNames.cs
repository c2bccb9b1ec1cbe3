using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// What the Markdown calls a picture: its file's name in a form that a link can hold, under <c>photos/</c>, and the same however the file
/// arrives. Letters and digits of any script stay, in lower case and without accents; what is between them becomes a hyphen.
/// </summary>
public static partial class PhotoNames
{
    /// <summary>Why a file that <see cref="Of"/> finds no name for can't be accepted.</summary>
    public const string NoName = "Its name has no letter or digit to call it by.";

    private const int LongestStem = 100;

    /// <summary>As in <c>photos/border-post-1.jpg</c> for <c>Border post (1).JPG</c>; null: see <see cref="NoName"/>.</summary>
    /// <param name="fileName">As given by a browser, a program or a text. Folders before it do not count.</param>
    public static string? Of(string fileName)
    {
        var last = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var (stem, extension) = (Joined(Path.GetFileNameWithoutExtension(last)), Joined(Path.GetExtension(last)));
        return stem.Length == 0 ? null : extension.Length == 0 ? $"photos/{stem}" : $"photos/{stem}.{extension}";
    }

    /// <summary>Whether a text shows the picture of this name, or links to it.</summary>
    public static bool IsIn(string body, string name) =>
        body.Contains(name, StringComparison.Ordinal) || Target().Matches(body).Any(target => For(target.Groups[1].Value).Contains(name));

    /// <summary>The names under which to look for a picture that a text refers to, the likeliest first.</summary>
    /// <param name="reference">As in the text, without a scheme; it may be percent-encoded.</param>
    public static IEnumerable<string> For(string reference)
    {
        var name = Uri.UnescapeDataString(reference);
        yield return reference;
        yield return name;
        if (Of(name) is { } known)
            yield return known;
    }

    private static string Joined(string part)
    {
        var joined = new StringBuilder();
        foreach (var c in Slugs.Decomposed(part))
            if (char.IsLetterOrDigit(c))
                joined.Append(char.ToLowerInvariant(c));
            else if (CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark && joined.Length > 0 && joined[^1] != '-')
                joined.Append('-');
        var whole = joined.ToString().Normalize();
        return whole[..Math.Min(whole.Length, LongestStem)].Trim('-');
    }

    [GeneratedRegex(@"\]\(\s*<?([^)>\s]+)")]
    private static partial Regex Target();
}
