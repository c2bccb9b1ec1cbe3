using Dispatch.Worker.Issues.Photos;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Http.Input;

/// <summary>A call that takes one picture as a multipart form. A larger request gets 413 before its body is read.</summary>
internal static class PictureUpload
{
    // The limit for the picture and the form around it.
    private const int MostBytes = PhotoStudio.MostBytes + 64 * 1024;

    public static RouteHandlerBuilder TakesPicture(this RouteHandlerBuilder route) => route
        .DisableAntiforgery() // no browser adds a bearer token by itself, so the call can't be forged
        .WithMetadata(new RequestSizeLimitAttribute(MostBytes), new RequestFormLimitsAttribute { MultipartBodyLengthLimit = MostBytes });
}
