using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>An issue's revision as HTTP writes it: ETag and If-Match (RFC 9110 §8.8.3, §13.1.1).</summary>
internal static class Revisions
{
    public static void SetRevision(this HttpContext http, int revision) => http.Response.Headers.ETag = $"\"{revision}\"";

    /// <summary>
    /// The revision that the caller knows; null when they named none, or any. With several tags, any of them may match: if the current
    /// revision is among them, it counts, otherwise the newest. A tag that is not ours matches nothing, and neither does a weak one.
    /// </summary>
    /// <param name="request">With If-Match or without.</param>
    /// <param name="current">The current revision; null: no such issue.</param>
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

    /// <summary>412, with the current revision as its ETag.</summary>
    public static ProblemHttpResult Stale(HttpContext http, int current)
    {
        http.SetRevision(current);
        return Problems.Of(StatusCodes.Status412PreconditionFailed, "Somebody saved in between.",
            $"This issue is at revision {current} by now. Fetch it, and make your change to that.");
    }
}
