using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>
/// Reads and writes the revision of an issue, or of a newsletter's settings, as ETag, If-Match and If-None-Match (RFC 9110 §8.8.3,
/// §13.1.1, §13.1.2).
/// </summary>
internal static class Revisions
{
    public static void SetTag(this HttpContext http, string tag) => http.Response.Headers.ETag = $"\"{tag}\"";

    public static void SetRevision(this HttpContext http, int revision) => http.SetTag($"{revision}");

    /// <summary>Whether a request is based on what is there now. In If-Match, weak tags match nothing.</summary>
    public static bool Expects(this HttpRequest request, string tag) => !request.Headers.ContainsKey(HeaderNames.IfMatch)
        || request.GetTypedHeaders().IfMatch.Any(given => Covers(given, tag, weak: false));

    /// <summary>Whether If-None-Match forbids changing what is there now.</summary>
    public static bool IsRuledOut(this HttpRequest request, string tag) => request.Headers.ContainsKey(HeaderNames.IfNoneMatch)
        && request.GetTypedHeaders().IfNoneMatch.Any(given => Covers(given, tag, weak: true));

    private static bool Covers(EntityTagHeaderValue given, string tag, bool weak) => given == EntityTagHeaderValue.Any
        || ((weak || !given.IsWeak) && given.Tag.AsSpan().Trim('"').SequenceEqual(tag));

    /// <summary>
    /// Returns the revision in If-Match, or null without If-Match and for "*". Of several tags, the current revision is preferred, then the
    /// newest. A weak or unknown tag is revision 0, which matches no issue.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="current">The current revision, or null if the issue does not exist.</param>
    public static int? ReadRevision(this HttpRequest request, int? current)
    {
        if (!request.Headers.ContainsKey(HeaderNames.IfMatch))
            return null;
        var tags = request.GetTypedHeaders().IfMatch;
        if (tags.Any(tag => tag == EntityTagHeaderValue.Any))
            return null;
        var named = tags.Where(tag => !tag.IsWeak)
            .Select(tag => int.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
                ? revision : 0).ToList();
        return current is { } known && named.Contains(known) ? known : named.DefaultIfEmpty(0).Max();
    }

    /// <summary>Returns 412 for a request that <see cref="IsRuledOut"/>.</summary>
    public static ProblemHttpResult ItExists() => Problems.Of(StatusCodes.Status412PreconditionFailed, "It exists already.",
        "If-None-Match: this revision exists, so nothing was saved. Send If-Match to replace it.");

    /// <summary>Returns 412 with the current revision as ETag.</summary>
    public static ProblemHttpResult Stale(HttpContext http, int current) =>
        Stale(http, $"{current}", $"This issue is now at revision {current}. Fetch it and apply your change to it.");

    /// <summary>Returns 412 with the current tag as ETag.</summary>
    public static ProblemHttpResult Stale(HttpContext http, string current, string why)
    {
        http.SetTag(current);
        return Problems.Of(StatusCodes.Status412PreconditionFailed, "Someone saved in between.", why);
    }
}
