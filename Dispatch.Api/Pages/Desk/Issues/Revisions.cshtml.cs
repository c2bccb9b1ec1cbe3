using Dispatch.Api.Http.Access;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>All saved texts of an issue, to view and to restore. Restoring is a normal save.</summary>
public sealed class RevisionsModel(SavedIssues issues, NewsletterDirectory newsletters, IssueDesk desk, StaffNames names) : PageModel
{
    public Issue Issue { get; private set; } = null!; // set before the page is rendered, as is the newsletter
    public Newsletter Newsletter { get; private set; } = null!;

    /// <summary>The revisions, with the names of those who saved them.</summary>
    public IReadOnlyList<SavedRevision> Saved { get; private set; } = [];

    /// <summary>The revision that is shown.</summary>
    public IssueRevision? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, int? revision, CancellationToken cancel) =>
        await LoadAsync(id, revision, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(int id, int? revision, CancellationToken cancel)
    {
        if (!await LoadAsync(id, revision, cancel) || Shown is null)
            return NotFound();
        switch (await desk.EditAsync(id, Shown.Text, Issue.Revision, User.Actor(), cancel))
        {
            case IssueOutcome.Done:
                TempData["Done"] = $"Revision {revision} restored. The text it replaced is kept as a revision too.";
                return Redirect($"/desk/issues/{id}");
            case IssueOutcome.Refused refused:
                TempData["Refused"] = refused.Why;
                break;
            case IssueOutcome.Invalid invalid:
                TempData["Refused"] = string.Join(" ", invalid.Faults.Select(fault => fault.Message));
                break;
            default:
                TempData["Refused"] = "Someone saved the issue at the same moment. Check it and try again.";
                break;
        }
        return Redirect($"/desk/issues/{id}/revisions/{revision}");
    }

    private async Task<bool> LoadAsync(int id, int? revision, CancellationToken cancel)
    {
        if (await issues.FindAsync(id, cancel) is not { } issue)
            return false;
        Issue = issue;
        Newsletter = await newsletters.GetAsync(issue.NewsletterId, cancel);
        var saves = await issues.RevisionsAsync(id, cancel);
        var people = await names.OfAsync(saves.Select(save => save.By), cancel);
        Saved = [.. saves.Select(save => save with { By = people.GetValueOrDefault(save.By, save.By) })];
        Shown = revision is { } wanted ? await issues.FindRevisionAsync(id, wanted, cancel) : null;
        return revision is null || Shown is not null;
    }
}
