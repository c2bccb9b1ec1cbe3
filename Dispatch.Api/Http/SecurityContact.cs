using System.Globalization;
using Dispatch.Worker.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Http;

/// <summary>Serves security.txt (RFC 9116), which says where to report a vulnerability: to the newsroom, as on the privacy page.</summary>
internal static class SecurityContact
{
    private const string Path = "/.well-known/security.txt";

    private static readonly TimeSpan ValidFor = TimeSpan.FromDays(180); // RFC 9116 §2.5.5: less than a year

    public static void MapSecurityContact(this IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, ["GET", "HEAD"], Answer).ExcludeFromDescription();

    private static ContentHttpResult Answer(IOptions<SiteSettings> site, TimeProvider clock)
    {
        var expires = clock.GetUtcNow().UtcDateTime.Date + ValidFor;
        return TypedResults.Text($"""
            Contact: {new Uri(site.Value.Url, "privacy#responsible").AbsoluteUri}
            Expires: {expires.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}
            Canonical: {new Uri(site.Value.Url, Path.TrimStart('/')).AbsoluteUri}

            """, "text/plain; charset=utf-8");
    }
}
