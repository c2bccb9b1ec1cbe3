using Dispatch.Worker.Issues.Archive;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Pages.Site.Archive;

/// <summary>
/// Redirects requests for the addresses that imported issues had on their old sites to their pages here. Pages of this site take
/// precedence.
/// </summary>
internal static class OldAddressRedirects
{
    // An import may be undone, so no browser may keep the redirect for ever.
    private const string KeptFor = "public, max-age=3600";

    private static readonly string[] Own = ["/api", "/desk", "/ops", "/media", "/newsletters", "/openapi"];

    /// <summary>Must come after routing, which says whether this site has such a page.</summary>
    public static void UseOldAddresses(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint() is null && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method))
            && http.Request.Path is { HasValue: true } path && !Own.Any(own => path.StartsWithSegments(own))
            && await http.RequestServices.GetRequiredService<OldAddresses>().FindAsync(path.Value!, http.RequestAborted) is { } issue)
        {
            http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            http.Response.Headers[HeaderNames.Location] = http.Request.PathBase + issue;
            http.Response.Headers.CacheControl = KeptFor;
            return;
        }
        await next(http);
    });
}
