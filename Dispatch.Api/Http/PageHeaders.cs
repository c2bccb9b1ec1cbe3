namespace Dispatch.Api.Http;

/// <summary>
/// What every answer says to the browser. Reader pages get the strictest policy there is: no script, nothing from elsewhere,
/// no frame (but see <see cref="Frames"/>). A page that needs more (desk, dashboard, API reference) sets its own before it answers.
/// </summary>
internal static class PageHeaders
{
    public const string Strict = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly PathString[] WithPolicyOfTheirOwn = ["/desk", "/ops", "/api"];

    public static void UsePageHeaders(this WebApplication app) => app.Use((http, next) =>
    {
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            // The address of a page may hold a reader's token: it goes to no other site, not even as an origin.
            headers["Referrer-Policy"] = "no-referrer";
            if (headers.ContentSecurityPolicy.Count == 0 && !WithPolicyOfTheirOwn.Any(path => http.Request.Path.StartsWithSegments(path)))
                headers.ContentSecurityPolicy = Strict;
            if (http.IsFramed())
                headers.ContentSecurityPolicy = Frames.Open(headers.ContentSecurityPolicy.ToString());
            return Task.CompletedTask;
        });
        return next(http);
    });
}
