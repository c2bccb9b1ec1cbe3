using Dispatch.Api.Http.Access;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>Every text that an issue ever had: to look at, and to bring back, which is a save like another.</summary>
public sealed class RevisionsModel(DispatchDb db, IssueDesk desk, StaffNames names) : PageModel
{
    public Issue Issue { get; private set; } = null!; // these are set before the page is rendered
    public Newsletter Newsletter { get; private set; } = null!;
    public IReadOnlyList<SavedRevision> Saved { get; private set; } = [];

    /// <summary>The one that is looked at.</summary>
    public IssueRevision? Shown { get; private set; }

    public async Task<IActionResult> OnGetAsync(int id, int? revision, CancellationToken cancel) => await LoadAsync(id, revision, cancel) ? Page() : NotFound();

    public async Task<IActionResult> OnPostAsync(int id, int? revision, CancellationToken cancel)
    {
        if (!await LoadAsync(id, revision, cancel) || Shown is null)
            return NotFound();
        switch (await desk.EditAsync(id, Shown.Text, Issue.Revision, User.Actor(), cancel))
        {
            case IssueOutcome.Done:
                TempData["Done"] = $"Revision {revision} is the text again. The one before it is kept too.";
                return Redirect($"/desk/issues/{id}");
            case IssueOutcome.Refused refused:
                TempData["Refused"] = refused.Why;
                break;
            case IssueOutcome.Invalid invalid:
                TempData["Refused"] = string.Join(" ", invalid.Faults.Select(fault => fault.Message));
                break;
            default:
                TempData["Refused"] = "Somebody saved the issue at this moment. Look at it again.";
                break;
        }
        return Redirect($"/desk/issues/{id}/revisions/{revision}");
    }

    private async Task<bool> LoadAsync(int id, int? revision, CancellationToken cancel)
    {
        if (await db.Issues.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancel) is not { } issue)
            return false;
        Issue = issue;
        Newsletter = await db.Newsletters.AsNoTracking().SingleAsync(row => row.Id == issue.NewsletterId, cancel);
        var rows = await db.IssueRevisions.Where(row => row.IssueId == id).OrderByDescending(row => row.Revision)
            .Select(row => new { row.Revision, row.SavedAt, row.SavedBy, row.Body.Length }).ToListAsync(cancel);
        var people = await names.OfAsync(rows.Select(row => row.SavedBy), cancel);
        Saved = [.. rows.Select(row => new SavedRevision(row.Revision, row.SavedAt, people.GetValueOrDefault(row.SavedBy, row.SavedBy), row.Length))];
        Shown = revision is null ? null : await db.IssueRevisions.AsNoTracking().SingleOrDefaultAsync(row => row.IssueId == id && row.Revision == revision, cancel);
        return revision is null || Shown is not null;
    }
}

/// <summary>One save: when, by whom, and how long the text was.</summary>
public sealed record SavedRevision(int Revision, DateTimeOffset At, string By, int Length);
