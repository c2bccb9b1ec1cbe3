using Dispatch.Worker.Issues;

namespace Dispatch.Api.Pages.Caching;

/// <summary>
/// A page or feed that is the same for everybody with the same language. Its URL contains no token or key, and its response depends on no
/// cookie.
/// </summary>
/// <param name="Slug">The page's newsletter, or null if the page is about all of them.</param>
internal readonly record struct PublicPage(string? Slug)
{
    private const string Newsletters = "/newsletters/";

    /// <summary>Returns the page that a request asks for, or null if the response must not be cached.</summary>
    public static PublicPage? Of(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
            return null;
        var path = request.Path.Value ?? "";
        if (path is "/" or "/privacy" or "/sitemap.xml")
            return new PublicPage(null);
        if (!path.StartsWith(Newsletters, StringComparison.Ordinal))
            return null;
        var slash = path.IndexOf('/', Newsletters.Length);
        var rest = slash < 0 ? "" : path.AsSpan(slash + 1);
        // The page of an issue that is kept off the archive needs a key, so it is not cached.
        var cached = rest is "" or "archive" or "embed" or "form" or "feed.xml" or "feed.json"
            || IsBelow(rest, "archive/") || IsBelow(rest, "authors/")
            || (IsBelow(rest, "issues/") && !request.Query.ContainsKey(IssueAddresses.Key));
        return cached ? new PublicPage(slash < 0 ? path[Newsletters.Length..] : path[Newsletters.Length..slash]) : null;
    }

    private static bool IsBelow(ReadOnlySpan<char> path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && path.Length > folder.Length && !path[folder.Length..].Contains('/');
}
