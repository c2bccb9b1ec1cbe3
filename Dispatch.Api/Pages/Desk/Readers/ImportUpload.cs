using System.Security.Claims;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Subscribers;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>
/// Takes a file from the desk's form. It is read as it comes, because a page's form would leave it on the disk, in plain text, if the
/// process were killed.
/// </summary>
internal static class ImportUpload
{
    public static void MapImportUpload(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/desk/import/file", TakeAsync).RequireAuthorization(Policies.Operate).ExcludeFromDescription()
            .WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> TakeAsync(HttpRequest request, ReaderImports imports, IAntiforgery antiforgery,
        IOptions<AntiforgeryOptions> forgery, ITempDataDictionaryFactory temp, ClaimsPrincipal caller, TimeProvider clock,
        CancellationToken cancel)
    {
        var upload = await UploadedFile.OpenAsync(request, cancel);
        // The token is in the form, which ASP.NET would have to read whole. It is as good in the header.
        request.Headers[forgery.Value.HeaderName!] = upload?.Token;
        if (upload is null || !await antiforgery.IsRequestValidAsync(request.HttpContext))
            return Refused("The form couldn’t be checked. Open the page again, and send the file once more.");
        if (upload.Content is null || upload.FileName.Length == 0)
            return Refused("Choose a file.");
        if (!ImportChoices.TryRead(upload.Typed, clock.GetUtcNow(), out var choices, out var fault))
            return Refused($"{fault!.Value.Option}: {fault.Value.Why}");
        try
        {
            var file = new FileToImport(upload.FileName, upload.Content, request.ContentLength);
            var id = await imports.ReadAsync(file, choices, caller.Actor(), null, cancel);
            if (await upload.FieldBehindAsync(cancel) is { } behind)
            {
                await imports.DropAsync(id);
                return Refused($"{behind}: {UploadedFile.ComesTooLate}");
            }
            await imports.LookAsync(id, cancel);
            return Results.Redirect($"/desk/import/{id}");
        }
        catch (UnreadableFileException unreadable)
        {
            return Refused(unreadable.Message);
        }

        IResult Refused(string why)
        {
            var told = temp.GetTempData(request.HttpContext);
            told["Refused"] = why;
            told.Save();
            return Results.Redirect("/desk/import");
        }
    }
}
