using System.Security.Claims;
using System.Text.Json;
using Dispatch.Api.Http;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Transfer;
using Dispatch.Worker.Transfer.Export;
using Dispatch.Worker.Transfer.Import;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Dispatch.Api.Subscribers;

/// <summary>The calls that bring readers from other systems, and take them out again.</summary>
internal static class ImportEndpoints
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var readers = routes.MapApi("Readers", Policies.Operate);
        readers.MapPost("/readers/import", ImportAsync)
            .DisableAntiforgery() // no browser adds a bearer token by itself, so the call can't be forged
            .WithMetadata(new DisableRequestSizeLimitAttribute())
            .WithMetadata(new IdempotencyKeys.Honored())
            .Accepts<IFormFile>("multipart/form-data")
            .Produces<ImportResponse>(StatusCodes.Status202Accepted)
            .WithSummary("Import readers from another system's file.")
            .WithDescription("A multipart form with a file (CSV, JSON, or a zip of them), and, optionally, newsletter, from, status, "
                + "consentDate, encoding, map (COLUMN=FIELD, repeatable), dryRun, sendConfirmations; before the file, if it has more than "
                + "4 MiB. The file is read to its end before the first reader counts, and then taken in by jobs, as a large one's dry run "
                + "is made by one: Location says where to look. Nobody who left comes back, and nobody is mailed without "
                + "sendConfirmations.")
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        readers.MapGet("/readers/imports/{id:int}", FindAsync).WithSummary("The state of an import, and what became of its readers.")
            .ProducesProblem(StatusCodes.Status404NotFound);
        readers.MapGet("/readers/export", ExportAsync).WithSummary("All readers as CSV, with consent and status.")
            .WithDescription("as is dispatch (everything, ready to be imported again), listmonk, ghost or mailchimp. Exports are audited.")
            .Produces(StatusCodes.Status200OK, contentType: "text/csv").ProducesProblem(StatusCodes.Status422UnprocessableEntity);
    }

    private static async Task<IResult> ImportAsync(
        HttpRequest request, ReaderImports imports, ClaimsPrincipal caller, TimeProvider clock, CancellationToken cancel)
    {
        using var keyed = KeyedUpload.Of(request, out var invalid);
        if (invalid is not null)
            return invalid;
        if (await UploadedFile.OpenAsync(request, cancel) is not { } upload)
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "That is not a multipart form.",
                "Send multipart/form-data with a part named file.");
        if (upload.Content is null)
            return Problems.Invalid("file", "Send one part with a file name. Put several files into a zip.");
        if (!ImportChoices.TryRead(upload.Typed, clock.GetUtcNow(), out var choices, out var fault))
            return Problems.Invalid(fault!.Value.Option is "consent-date" ? "consentDate" : fault.Value.Option, fault.Value.Why);
        try
        {
            keyed?.Add($"{JsonSerializer.Serialize(upload.Typed)} {upload.DryRun} {upload.FileName}");
            var content = keyed?.Hashed(upload.Content) ?? upload.Content;
            var id = await imports.ReadAsync(new(upload.FileName, content, request.ContentLength), choices, caller.Actor(), null, cancel);
            if (await upload.FieldBehindAsync(cancel) is { } behind)
            {
                await imports.DropAsync(id);
                return Problems.Invalid(behind, UploadedFile.ComesTooLate);
            }
            // From here on a caller with a key can fetch the result later, so a broken connection does not cancel the work.
            return keyed is null ? await BeginAsync(id, upload.DryRun, imports, caller, cancel)
                : await keyed.OnceAsync(content, () => BeginAsync(id, upload.DryRun, imports, caller, CancellationToken.None),
                    () => imports.DropAsync(id));
        }
        catch (UnreadableFileException unreadable)
        {
            return Problems.Invalid("file", unreadable.Message);
        }
    }

    private static async Task<IResult> BeginAsync(
        int id, bool isDry, ReaderImports imports, ClaimsPrincipal caller, CancellationToken cancel)
    {
        if (isDry)
            await imports.LookAsync(id, cancel);
        else
            await imports.BeginAsync(id, caller.Actor(), queued: true, cancel);
        var standing = (await imports.FindAsync(id, cancel))!;
        return TypedResults.Accepted($"/api/v1/readers/imports/{id}", await OfAsync(standing, imports, cancel));
    }

    private static async Task<Results<Ok<ImportResponse>, ProblemHttpResult>> FindAsync(
        int id, ReaderImports imports, CancellationToken cancel) =>
        await imports.FindAsync(id, cancel) is { } standing ? TypedResults.Ok(await OfAsync(standing, imports, cancel))
            : Problems.NotFound("There is no import with this id.");

    private static async Task<ImportResponse> OfAsync(ImportStanding standing, ReaderImports imports, CancellationToken cancel)
    {
        var preview = standing.Import.State is ReaderImportState.Ready ? await imports.LastPreviewAsync(standing.Import.Id, cancel) : null;
        return ImportResponse.Of(standing, preview?.Counts ?? standing.Counts, await imports.RefusedAsync(standing.Import.Id, cancel));
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> ExportAsync(
        [FromQuery(Name = "as")] string? form, string? newsletter, string? status, ReaderExport export, ClaimsPrincipal caller,
        HttpContext http, CancellationToken cancel)
    {
        form ??= "dispatch";
        if (!ExportChoices.Forms.Contains(form))
            return Problems.Invalid("as", $"Use one of {string.Join(", ", ExportChoices.Forms)}.");
        if (status is not null && StatusWords.Read(status) is null)
            return Problems.Invalid("status", $"Use one of {StatusWords.All}.");
        if (!await export.KnowsAsync(newsletter, cancel))
            return Problems.Invalid("newsletter", "There is no newsletter with this slug.");
        var choices = new ExportChoices(Enum.Parse<ExportForm>(form, ignoreCase: true), newsletter, StatusWords.Read(status));
        http.Response.Headers.CacheControl = "no-store";
        var actor = caller.Actor();
        return TypedResults.Stream(async to => await export.WriteAsync(to, choices, actor, cancel), "text/csv; charset=utf-8",
            "readers.csv");
    }
}

/// <summary>How an import stands.</summary>
/// <param name="Id">The import's id.</param>
/// <param name="State"><c>reading</c>, <c>looking</c> (a dry run goes on), <c>ready</c> (read, and not taken in), <c>running</c>,
/// <c>done</c>.</param>
/// <param name="Progress">The part that is taken in, or that a dry run has looked at, from 0 to 1.</param>
/// <param name="Newsletter">The newsletter of readers for whom the file names none.</param>
/// <param name="Lines">The lines of the file that name a reader.</param>
/// <param name="Files">What each file was taken for, and why.</param>
/// <param name="Notes">What a person should know.</param>
/// <param name="Result">What became of the readers so far; of a dry run, what would become of them.</param>
/// <param name="Refused">The refused lines, at most 10,000 of them.</param>
internal sealed record ImportResponse(
    int Id, ReaderImportState State, double Progress, string Newsletter, int Lines, IReadOnlyList<FileFindings> Files,
    IReadOnlyList<string> Notes, ImportResult Result, IReadOnlyList<RefusedLine> Refused)
{
    public static ImportResponse Of(ImportStanding standing, ImportCounts counts, IReadOnlyList<RefusedLine> refused)
    {
        var (import, found) = (standing.Import, standing.Findings);
        return new(import.Id, import.State, import.State is ReaderImportState.Done ? 1 : (double)standing.ChunksDone / import.Chunks,
            found.Newsletter, found.Rows, found.Files, [.. ImportWords.Notes(found, standing.Choices, counts)],
            ImportWords.Result(found, counts), refused);
    }
}
