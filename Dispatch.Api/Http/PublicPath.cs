using System.Text.RegularExpressions;
using Dispatch.Worker.Settings;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Dispatch.Api.Http;

/// <summary>
/// Serves the site under the path of <c>Site:PublicUrl</c>, if it has one. A proxy may pass the path on or strip it: both work. Inside,
/// all paths and links are without it. It is added to links by <c>UnderPath</c>, and here to redirects.
/// </summary>
internal static partial class PublicPath
{
    /// <summary>Must come before all that looks at a request's path, and after the headers of proxies.</summary>
    public static void UsePublicPath(this WebApplication app)
    {
        PathString home = app.Services.GetRequiredService<IOptions<SiteSettings>>().Value.Url.AbsolutePath.TrimEnd('/');
        if (!home.HasValue)
        {
            // A proxy's X-Forwarded-Prefix counts, but many proxies pass on a visitor's own. It must not lead to another host.
            app.Use((http, next) =>
            {
                if (http.Request.PathBase.HasValue && !Prefix().IsMatch(http.Request.PathBase.Value))
                    http.Request.PathBase = PathString.Empty;
                return next(http);
            });
            return;
        }
        app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments(home, out var rest))
                http.Request.Path = rest.HasValue ? rest : "/";
            http.Request.PathBase = home; // whatever a proxy says, the links are those of PublicUrl
            http.Response.OnStarting(() =>
            {
                if (http.Response.Headers.Location is [{ } location] && IsOurs(location)
                    && !new PathString(PathOf(location)).StartsWithSegments(home))
                    http.Response.Headers[HeaderNames.Location] = home + location;
                return Task.CompletedTask;
            });
            return next(http);
        });
    }

    /// <summary>Whether an address is a path of this site.</summary>
    public static bool IsOurs(string address) => address.StartsWith('/') && !address.StartsWith("//", StringComparison.Ordinal);

    private static string PathOf(string address) => address[..(address.IndexOfAny(['?', '#']) is >= 0 and var end ? end : address.Length)];

    [GeneratedRegex(@"\A(/[\w.~-]+)+\z", RegexOptions.ECMAScript)]
    private static partial Regex Prefix();
}
