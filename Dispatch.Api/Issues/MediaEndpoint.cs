using Dispatch.Api.Http.Access;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Issues;

/// <summary>Serves the pictures of issues. Until an issue has gone out, only staff may see its pictures.</summary>
internal static class MediaEndpoint
{
    public static void MapMedia(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/media/{name}", [HttpMethods.Get, HttpMethods.Head], OpenAsync).AllowAnonymous().ExcludeFromDescription();

    // A caller who may not see a picture must not learn that it exists.
    private static async Task<Results<FileStreamHttpResult, NotFound>> OpenAsync(
        string name, [FromQuery] string? key, MediaFolder media, PictureAccess access, HttpContext http, CancellationToken cancel)
    {
        if (!media.Contains(name)
            || await CachingAsync(name, key, access, http, cancel) is not { } caching
            || media.Open(name) is not { } picture)
        {
            http.Response.Headers.CacheControl = "no-store"; // the picture may be public in a minute
            return TypedResults.NotFound();
        }
        http.Response.Headers.CacheControl = caching;
        return TypedResults.Stream(picture, MediaFolder.TypeOf(name), enableRangeProcessing: true);
    }

    // Returns null if this caller may not see the picture.
    private static async Task<string?> CachingAsync(
        string name, string? key, PictureAccess access, HttpContext http, CancellationToken cancel)
    {
        if (await access.IsPublicAsync(name, cancel))
            return "public, max-age=31536000, immutable"; // a file is named after its content, so it never changes
        return await access.OpensAsync(key, name, cancel) || (await access.IsKnownAsync(name, cancel) && await IsStaffAsync(http))
            ? "private, max-age=60"
            : null;
    }

    // Staff are recognized by the desk's cookie or by an API token.
    private static async Task<bool> IsStaffAsync(HttpContext http) =>
        StaffRoles.All.Any(http.User.IsInRole)
        || (await http.AuthenticateAsync(BearerTokens.Scheme)).Principal is { } caller && StaffRoles.All.Any(caller.IsInRole);
}
