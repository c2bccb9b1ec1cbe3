using Dispatch.Worker.Issues;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Dispatch.Api.Issues;

/// <summary>The pictures in mails and on pages.</summary>
internal static class MediaEndpoint
{
    public static void MapMedia(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/media/{name}", [HttpMethods.Get, HttpMethods.Head], Open).AllowAnonymous().ExcludeFromDescription();

    private static Results<FileStreamHttpResult, NotFound> Open(string name, MediaFolder media, HttpContext http)
    {
        if (media.Open(name) is not { } picture)
            return TypedResults.NotFound();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable"; // named after its content: it never changes
        return TypedResults.Stream(picture, MediaFolder.TypeOf(name), enableRangeProcessing: true);
    }
}
