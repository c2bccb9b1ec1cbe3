namespace Dispatch.Worker.Issues.Archive;

/// <summary>The path that an issue had on the site from which it was imported. Requests for it are redirected to the issue.</summary>
public class OldAddress
{
    /// <summary>The maximum length of a path, in UTF-16 code units. A longer path is not stored.</summary>
    public const int LongestPath = 300;

    /// <summary>The path as <see cref="Normalized"/> returns it.</summary>
    public required string Path { get; set; }
    public int IssueId { get; set; }

    /// <summary>
    /// Returns a path as it is stored: with one slash at the beginning, none at the end, not percent-encoded. Returns null if it can't be
    /// an issue's path, such as the path of the first page.
    /// </summary>
    /// <param name="path">A path or a URL.</param>
    public static string? Normalized(string path)
    {
        path = path.Trim();
        if (path.Contains("://", StringComparison.Ordinal))
            path = Uri.TryCreate(path, UriKind.Absolute, out var url) ? url.AbsolutePath : "";
        path = path[..(path.IndexOfAny(['?', '#']) is >= 0 and var end ? end : path.Length)];
        path = "/" + Uri.UnescapeDataString(path).Trim('/');
        return path.Length is > 1 and <= LongestPath && !path.Any(char.IsControl) ? path : null;
    }
}
