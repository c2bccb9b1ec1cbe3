using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http;

/// <summary>
/// Sets the security headers of every response. Readers' pages get the strictest policy: no script, nothing from elsewhere, no framing
/// except <see cref="Frames"/>. A page that needs more sets its own policy first.
/// </summary>
internal static class PageHeaders
{
    // Without connect-src, a browser that audits a page (Lighthouse) can't load robots.txt. Nothing on the page connects to anything.
    public const string Strict = "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The policy for the only reader page with a script, which is a file of this site.</summary>
    public const string WithOurScript = $"{Strict}; script-src 'self'";

    private static readonly PathString[] WithPolicyOfTheirOwn = ["/desk", "/ops", "/api"];

    private const string Year = "max-age=31536000";

    public static void UsePageHeaders(this WebApplication app)
    {
        var isSecure = app.Services.GetRequiredService<IOptions<SiteSettings>>().Value.IsSecure;
        app.Use((http, next) => AnswerAsync(http, next, isSecure));
    }

    private static Task AnswerAsync(HttpContext http, RequestDelegate next, bool isSecure)
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            if (isSecure && http.Request.IsHttps) // RFC 6797 §7.2: the header must not be sent over http
                headers.StrictTransportSecurity = Year;
            if (http.Request.Path.StartsWithSegments("/api/v1") && headers.CacheControl.Count == 0)
                headers.CacheControl = "no-store"; // pages contain readers' data, tokens or unpublished content
            headers.XContentTypeOptions = "nosniff";
            // A page's URL may contain a reader's token, so no other site receives any part of it.
            headers["Referrer-Policy"] = "no-referrer";
            if (headers.ContentSecurityPolicy.Count == 0 && !WithPolicyOfTheirOwn.Any(path => http.Request.Path.StartsWithSegments(path)))
                headers.ContentSecurityPolicy = Strict;
            if (http.IsFramed())
                headers.ContentSecurityPolicy = Frames.Open(headers.ContentSecurityPolicy.ToString());
            return Task.CompletedTask;
        });
        return next(http);
    }
}
