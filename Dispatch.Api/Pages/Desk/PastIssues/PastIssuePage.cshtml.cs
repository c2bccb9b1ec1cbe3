using Dispatch.Api.Http.Access;
using Dispatch.Worker.Transfer.PastIssues;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.PastIssues;

/// <summary>
/// An archive of past issues: what would become of each issue, with the button to import them; then the progress and the outcome.
/// </summary>
public sealed class PastIssuePageModel(ArchiveUploads uploads) : PageModel
{
    // For a larger archive, only entries that need attention are listed.
    private const int MostPlainLines = 200;

    public ArchiveUpload Upload { get; private set; } = null!; // set before the page is rendered

    /// <summary>How many issues would be stored.</summary>
    public int New => Upload.Report is not { } report ? 0
        : report.Lines.Count(line => line.Fate is not (PastImportFate.Skipped or PastImportFate.Refused or PastImportFate.Unchanged));

    /// <summary>How many issues are here already. Another import may find pictures and links that were missing.</summary>
    public int Known => Upload.Report?.Count(PastImportFate.Unchanged) ?? 0;

    public IEnumerable<PastImportLine> Shown => Upload.Report!.Lines.Where(line => line.Remarks.Count > 0)
        .Concat(Upload.Report.Lines.Where(line => line.Remarks.Count == 0).Take(MostPlainLines));

    public int Hidden => Math.Max(0, Upload.Report!.Lines.Count(line => line.Remarks.Count == 0) - MostPlainLines);

    public IActionResult OnGet(string id)
    {
        if (uploads.Find(id) is not { } upload)
            return NotFound();
        Upload = upload;
        return Page();
    }

    public IActionResult OnPostBegin(string id)
    {
        return uploads.Begin(id, User.Actor()) ? Redirect($"/desk/issues/import/{id}") : DecidedBefore(id);
    }

    public IActionResult OnPostDrop(string id)
    {
        if (!uploads.Discard(id))
            return DecidedBefore(id);
        TempData["Done"] = "Discarded: nothing of the file was kept.";
        return Redirect("/desk/issues/import");
    }

    private RedirectResult DecidedBefore(string id)
    {
        TempData["Refused"] = "Someone has already decided about this file.";
        return Redirect($"/desk/issues/import/{id}");
    }
}
