using System.Text;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Issues.FromHtml;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Pages.Desk.Issues.Editing;

/// <summary>
/// Converts what an editor pastes with formatting into Markdown. The text is not stored and not logged: what becomes of it is decided in
/// the browser.
/// </summary>
internal static class Pasting
{
    // A long article from Word is a tenth of this. The script sends no pictures.
    private const int MostBytes = 4 * 1024 * 1024;

    // More digits are no number of a footnote, and would overflow.
    private const int MostNotes = 99_999;

    public static void MapPasting(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/desk/issues/paste", ConvertAsync).RequireAuthorization(Policies.Write).ExcludeFromDescription()
            .WithMetadata(new RequestSizeLimitAttribute(MostBytes));

    // The body is the HTML alone, so the antiforgery token comes in a header.
    private static async Task<Results<Ok<PastedText>, StatusCodeHttpResult>> ConvertAsync(
        HttpRequest request, int? notes, IAntiforgery antiforgery, CancellationToken cancel)
    {
        if (request.ContentLength > MostBytes)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        if (!await antiforgery.IsRequestValidAsync(request.HttpContext))
            return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        using var html = new StreamReader(request.Body, Encoding.UTF8);
        try
        {
            return TypedResults.Ok(PastedText.Of(await html.ReadToEndAsync(cancel), Math.Clamp(notes ?? 0, 0, MostNotes)));
        }
        catch (FormatException)
        {
            return TypedResults.StatusCode(StatusCodes.Status422UnprocessableEntity);
        }
    }
}
