using System.Text;
using Dispatch.Api.Http.Access;
using Dispatch.Worker.Transfer.Import;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>An import: what would happen, with the button that lets it happen; and then its progress and its outcome.</summary>
public sealed class ImportPageModel(ReaderImports imports) : PageModel
{
    public ImportStanding Standing { get; private set; } = null!; // set before the page is rendered

    /// <summary>What would happen, while nobody has decided. Otherwise null.</summary>
    public ImportPreview? Preview { get; private set; }

    public ImportCounts Counts => Preview?.Counts ?? Standing.Counts;

    /// <summary>How many readers would be new or changed.</summary>
    public int Changes => Counts.Added + Counts.Updated;
    public IReadOnlyList<RefusedLine> Refused { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int id, CancellationToken cancel)
    {
        if (await imports.FindAsync(id, cancel) is not { } standing)
            return NotFound();
        Standing = standing;
        Preview = standing.Import.State is ReaderImportState.Ready ? await imports.LastPreviewAsync(id, cancel) : null;
        Refused = await imports.RefusedAsync(id, cancel);
        return Page();
    }

    public async Task<IActionResult> OnGetRefusedAsync(int id, CancellationToken cancel)
    {
        var file = new StringBuilder($"{RefusedLines.Header}\r\n");
        foreach (var line in await imports.RefusedAsync(id, cancel))
            file.Append(RefusedLines.AsCsv(line)).Append("\r\n");
        return File(Encoding.UTF8.GetBytes(file.ToString()), "text/csv; charset=utf-8", "refused.csv");
    }

    public async Task<IActionResult> OnPostBeginAsync(int id, CancellationToken cancel)
    {
        return await imports.BeginAsync(id, User.Actor(), queued: true, cancel) ? Redirect($"/desk/import/{id}") : DecidedBefore(id);
    }

    public async Task<IActionResult> OnPostDropAsync(int id)
    {
        if (!await imports.DropAsync(id))
            return DecidedBefore(id);
        TempData["Done"] = "Discarded: nothing of the file was kept.";
        return Redirect("/desk/import");
    }

    private RedirectResult DecidedBefore(int id)
    {
        TempData["Refused"] = "Someone has already decided about this file.";
        return Redirect($"/desk/import/{id}");
    }
}
