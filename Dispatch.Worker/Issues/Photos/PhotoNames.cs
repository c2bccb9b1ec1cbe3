using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// Derives a picture's name in the Markdown from its file name. The name begins with <c>photos/</c>. Letters and digits of any script are
/// kept, in lower case and without accents, and all other characters become hyphens.
/// </summary>
public static partial class PhotoNames
{
    /// <summary>The message for a file name from which <see cref="Of"/> can't make a name.</summary>
    public const string NoName = "The file name has no letter or digit. Rename it.";

    private const int LongestStem = 100;

    /// <summary>
    /// Returns the name for a file, such as <c>photos/border-post-1.jpg</c> for <c>Border post (1).JPG</c>. Returns null if the file name
    /// has no letter or digit (<see cref="NoName"/>).
    /// </summary>
    /// <param name="fileName">A file name from a browser, a program or a text. Any folders before it are ignored.</param>
    public static string? Of(string fileName)
    {
        var last = fileName[(fileName.LastIndexOfAny(['/', '\\']) + 1)..];
        var (stem, extension) = (Joined(Path.GetFileNameWithoutExtension(last)), Joined(Path.GetExtension(last)));
        return stem.Length == 0 ? null : extension.Length == 0 ? $"photos/{stem}" : $"photos/{stem}.{extension}";
    }

    /// <summary>Whether a text shows the picture with this name or links to it.</summary>
    public static bool IsIn(string body, string name) =>
        body.Contains(name, StringComparison.Ordinal)
        || Target().Matches(body).Select(target => target.Groups[1].Value).Concat(MarkdownSource.PictureNames(body))
            .Any(target => For(target).Contains(name));

    /// <summary>Returns the picture names that a reference in a text may stand for, most likely first.</summary>
    /// <param name="reference">The reference as written in the text, without a scheme. It may be percent-encoded.</param>
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
