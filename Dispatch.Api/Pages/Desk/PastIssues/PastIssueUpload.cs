using System.Security.Claims;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Transfer.PastIssues;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Pages.Desk.PastIssues;

/// <summary>Receives an archive of past issues from the desk's form.</summary>
internal static class PastIssueUpload
{
    private const string Page = "/desk/issues/import";

    // Most archives are examined within this time, so that the first page already says what would happen.
    private static readonly TimeSpan LookedAtIn = TimeSpan.FromSeconds(2);

    public static void MapPastIssueUpload(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/desk/issues/import/file", TakeAsync).RequireAuthorization(Policies.Write).ExcludeFromDescription()
            .WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<IResult> TakeAsync(
        CheckedUpload form, ArchiveUploads uploads, ClaimsPrincipal caller, TimeProvider clock, CancellationToken cancel)
    {
        var (file, refusal) = await form.OpenAsync(cancel);
        if (file is null)
            return form.Refused(refusal!, Page);
        var oldSite = file.Said("oldSite");
        if (oldSite is not null && PastImportChoices.SiteOf(oldSite) is null)
            return form.Refused("Old site: give a web address such as https://gazeta.example, or leave it empty.", Page);
        if (file.Said("from") is { } system && !PastImportChoices.Systems.Contains(system))
            return form.Refused($"System: choose one of {string.Join(", ", PastImportChoices.Systems)}.", Page);
        var choices = new PastImportChoices(file.Said("newsletter"), file.Said("from"))
        {
            OldSite = oldSite is null ? null : PastImportChoices.SiteOf(oldSite),
        };
        try
        {
            var id = await uploads.TakeAsync(
                file.FileName, file.Content!, choices, file.Said("fetchPictures") is not null, caller.Actor(), cancel);
            await Task.WhenAny(uploads.WorkOn(id), Task.Delay(LookedAtIn, clock, cancel));
            return Results.Redirect($"{Page}/{id}");
        }
        catch (UnreadableFileException unreadable)
        {
            return form.Refused(ImportTerms.OnDesk(unreadable.Message), Page);
        }
        catch (IOException fault)
        {
            return form.Refused($"The file can’t be stored: {fault.Message}", Page);
        }
    }
}
