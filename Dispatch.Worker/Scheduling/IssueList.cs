using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Scheduling;

/// <summary>A newsletter's issues, each with its slot.</summary>
public sealed class IssueList(DispatchDb db)
{
    /// <summary>Returns a page of a newsletter's issues, newest first.</summary>
    /// <param name="newsletterId">The newsletter.</param>
    /// <param name="state">Only issues in this state, or null for all.</param>
    /// <param name="before">Only issues with an id below this, or null to start with the newest.</param>
    /// <param name="count">The maximum number of issues.</param>
    /// <param name="cancel">Cancels the query.</param>
    public Task<List<ListedIssue>> LatestAsync(int newsletterId, IssueState? state, long? before, int count, CancellationToken cancel) =>
        db.Issues.AsNoTracking()
            .Where(issue => issue.NewsletterId == newsletterId && (state == null || issue.State == state)
                && (before == null || issue.Id < before))
            .OrderByDescending(issue => issue.Id).Take(count)
            .Select(issue => new ListedIssue(
                issue,
                db.Set<EditionSlot>().Where(slot => slot.IssueId == issue.Id).Select(slot => (DateTimeOffset?)slot.At).FirstOrDefault()))
            .ToListAsync(cancel);
}

/// <summary>An issue and its slot. The slot is null if the issue has none.</summary>
public sealed record ListedIssue(Issue Issue, DateTimeOffset? Slot);
