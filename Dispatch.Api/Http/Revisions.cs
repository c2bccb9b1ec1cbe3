using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>Reads and writes an issue's revision as ETag and If-Match (RFC 9110 §8.8.3, §13.1.1).</summary>
internal static class Revisions
{
    public static void SetRevision(this HttpContext http, int revision) => http.Response.Headers.ETag = $"\"{revision}\"";

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

    /// <summary>Returns 412 with the current revision as ETag.</summary>
    public static ProblemHttpResult Stale(HttpContext http, int current)
    {
        http.SetRevision(current);
        return Problems.Of(StatusCodes.Status412PreconditionFailed, "Someone saved in between.",
            $"This issue is now at revision {current}. Fetch it and apply your change to it.");
    }
}
