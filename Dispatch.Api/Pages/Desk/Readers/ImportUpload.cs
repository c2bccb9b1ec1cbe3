using System.Security.Claims;
using Dispatch.Api.Http.Access;
using Dispatch.Api.Subscribers;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>Receives a file of readers from the desk's form.</summary>
internal static class ImportUpload
{
    private const string Page = "/desk/import";

    public static void MapImportUpload(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/desk/import/file", TakeAsync).RequireAuthorization(Policies.Operate).ExcludeFromDescription()
            .WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> TakeAsync(HttpRequest request, ReaderImports imports, CheckedUpload form, ClaimsPrincipal caller,
        TimeProvider clock, CancellationToken cancel)
    {
        var (upload, refusal) = await form.OpenAsync(cancel);
        if (upload is null)
            return form.Refused(refusal!, Page);
        if (!ImportChoices.TryRead(upload.Typed, clock.GetUtcNow(), out var choices, out var fault))
            return form.Refused(ImportTerms.OnDesk($"--{fault!.Value.Option}: {fault.Value.Why}"), Page);
        try
        {
            var file = new FileToImport(upload.FileName, upload.Content!, request.ContentLength);
            var id = await imports.ReadAsync(file, choices, caller.Actor(), null, cancel);
            if (await upload.FieldBehindAsync(cancel) is { } behind)
            {
                await imports.DropAsync(id);
                return form.Refused($"{behind}: {UploadedFile.ComesTooLate}", Page);
            }
            await imports.LookAsync(id, cancel);
            return Results.Redirect($"{Page}/{id}");
        }
        catch (UnreadableFileException unreadable)
        {
            return form.Refused(ImportTerms.OnDesk(unreadable.Message), Page);
        }
    }
}
