using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Pages.Shared;

/// <summary>
/// Serves a newsletter's color to its pages as a style sheet, because the pages' policy allows no inline styles. Its URL contains the
/// colors, so browsers may keep it.
/// </summary>
internal static class ColorSheet
{
    public static void MapColorSheet(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/newsletters/{slug}/colors.css", ["GET", "HEAD"], AnswerAsync).ExcludeFromDescription();

    /// <summary>Returns the URL of the style sheet, or null if the newsletter has the usual colors.</summary>
    public static string? AddressFor(Newsletter newsletter) => AccentColor.Of(newsletter) is var accent && accent == AccentColor.Usual
        ? null : $"/newsletters/{newsletter.Slug}/colors.css?v={VersionOf(accent)}";

    private static async Task<Results<ContentHttpResult, NotFound>> AnswerAsync(string slug, string? v, SiteView site, HttpContext http)
    {
        if (await site.FindAsync(slug) is not { } newsletter)
            return TypedResults.NotFound();
        var accent = AccentColor.Of(newsletter);
        http.Response.Headers.CacheControl = v == VersionOf(accent) ? "public, max-age=31536000, immutable" : "no-cache";
        return TypedResults.Text($":root {{ --accent: {accent.Light}; }}\n"
            + $"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {accent.Dark}; }} }}\n", "text/css; charset=utf-8");
    }

    private static string VersionOf(AccentColor accent) => $"{accent.Light[1..]}-{accent.Dark[1..]}";
}
