using Dispatch.Api.Http.Access;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Staff;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Issues;

/// <summary>The pictures in mails and on pages: for everybody once their issue has gone out, for staff until then.</summary>
internal static class MediaEndpoint
{
    public static void MapMedia(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/media/{name}", [HttpMethods.Get, HttpMethods.Head], OpenAsync).AllowAnonymous().ExcludeFromDescription();

    // Never reveals whether a picture exists to anyone who may not see it.
    private static async Task<Results<FileStreamHttpResult, NotFound>> OpenAsync(
        string name, [FromQuery] string? key, MediaFolder media, PictureAccess access, HttpContext http, CancellationToken cancel)
    {
        if (!media.Contains(name)
            || await CachingAsync(name, key, access, http, cancel) is not { } caching
            || media.Open(name) is not { } picture)
        {
            http.Response.Headers.CacheControl = "no-store"; // it may be public in a minute
            return TypedResults.NotFound();
        }
        http.Response.Headers.CacheControl = caching;
        return TypedResults.Stream(picture, MediaFolder.TypeOf(name), enableRangeProcessing: true);
    }

    // Null: not for this caller.
    private static async Task<string?> CachingAsync(
        string name, string? key, PictureAccess access, HttpContext http, CancellationToken cancel)
    {
        if (await access.IsPublicAsync(name, cancel))
            return "public, max-age=31536000, immutable"; // named after its content, so it never changes
        return await access.OpensAsync(key, name, cancel) || (await access.IsKnownAsync(name, cancel) && await IsStaffAsync(http))
            ? "private, max-age=60"
            : null;
    }

    // By the desk's cookie or, as under /api, by a token.
    private static async Task<bool> IsStaffAsync(HttpContext http) =>
        StaffRoles.All.Any(http.User.IsInRole)
        || (await http.AuthenticateAsync(BearerTokens.Scheme)).Principal is { } caller && StaffRoles.All.Any(caller.IsInRole);
}
