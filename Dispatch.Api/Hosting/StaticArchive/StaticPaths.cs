using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Api.Hosting.StaticArchive;

/// <summary>
/// Maps the site's addresses to the files of a static archive. Whatever needs the site itself, such as subscribing, searching or another
/// language, has no file.
/// </summary>
internal static partial class StaticPaths
{
    private const int LongestName = 200;

    /// <summary>Returns the file for an address, with slashes and not percent-encoded, or null if it is left to the live site.</summary>
    /// <param name="address">A path of this site, without the path of <c>Site:PublicUrl</c>, with a query if it has one.</param>
    public static string? FileOf(string address)
    {
        var question = address.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? address : address[..question];
        var parts = path.Trim('/').Split('/').Select(Uri.UnescapeDataString).ToArray();
        if (parts.Any(part => part is "." or ".." || part.Contains('/') || part.Contains('\\') || part.Contains('\0')))
            return null;
        var isStyle = path.EndsWith(".css", StringComparison.Ordinal); // its query is only a version
        if (question >= 0 && !isStyle)
            return null;
        return parts switch
        {
            [""] => "index.html",
            [var asset] when Asset().IsMatch(asset) => asset,
            ["media", var name] => $"media/{name}",
            ["newsletters", var slug] => $"newsletters/{Named(slug)}/index.html",
            ["newsletters", var slug, "archive"] => $"newsletters/{Named(slug)}/archive/index.html",
            ["newsletters", var slug, ("archive" or "issues" or "authors") and var kind, var name] =>
                $"newsletters/{Named(slug)}/{kind}/{Named(name)}/index.html",
            ["newsletters", var slug, ("feed.xml" or "feed.json" or "colors.css") and var file] => $"newsletters/{Named(slug)}/{file}",
            _ => null,
        };
    }

    /// <summary>Returns the address of one file as seen from another.</summary>
    public static string Relative(string from, string to)
    {
        var (here, there) = (from.Split('/')[..^1], to.Split('/'));
        var shared = here.Zip(there).TakeWhile(pair => pair.First == pair.Second).Count();
        return string.Concat(Enumerable.Repeat("../", here.Length - shared))
            + string.Join('/', there[shared..].Select(Uri.EscapeDataString));
    }

    // Most file systems allow names of 255 bytes, and a letter of a slug may take three.
    private static string Named(string slug) => Encoding.UTF8.GetByteCount(slug) <= LongestName ? slug
        : $"{slug[..40]}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(slug)).AsSpan(0, 6))}";

    // The name of an asset may contain a hash of its content.
    [GeneratedRegex(@"^(?:dispatch|favicon|apple-touch-icon)(?:\.[a-z0-9]+)?\.(?:css|svg|ico|png)$")]
    private static partial Regex Asset();
}
