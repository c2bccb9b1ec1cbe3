using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues;

/// <summary>
/// Issues and their revisions as they are stored, for display. What is to be changed is looked up with <see cref="IssueDesk.FindAsync"/>.
/// </summary>
public sealed class SavedIssues(DispatchDb db)
{
    public Task<Issue?> FindAsync(int id, CancellationToken cancel) =>
        db.Issues.AsNoTracking().SingleOrDefaultAsync(issue => issue.Id == id, cancel);

    public Task<bool> ExistsAsync(int id, CancellationToken cancel) => db.Issues.AnyAsync(issue => issue.Id == id, cancel);

    /// <summary>An issue's state and revision, without its text: for callers that ask every few seconds.</summary>
    public Task<Issue?> FindStateAsync(int id, CancellationToken cancel) =>
        WithoutText(db.Issues.Where(issue => issue.Id == id)).SingleOrDefaultAsync(cancel);

    /// <summary>A newsletter's unfinished issues, without their texts, most recently changed first.</summary>
    public Task<List<Issue>> OpenAsync(int newsletterId, CancellationToken cancel) => WithoutText(db.Issues
        .Where(issue => issue.NewsletterId == newsletterId && issue.State != IssueState.Sent && issue.State != IssueState.Cancelled)
        .OrderByDescending(issue => issue.UpdatedAt)).ToListAsync(cancel);

    /// <summary>
    /// A newsletter's latest issues that went out, or were cancelled on their way, without their texts; the latest first.
    /// </summary>
    public Task<List<Issue>> LastOutAsync(int newsletterId, int count, CancellationToken cancel) => WithoutText(db.Issues
        .Where(issue => issue.NewsletterId == newsletterId
            && (issue.State == IssueState.Sent || (issue.State == IssueState.Cancelled && issue.SendStartedAt != null)))
        .OrderByDescending(issue => issue.SendStartedAt).Take(count)).ToListAsync(cancel);

    /// <summary>Issues' subjects by their ids.</summary>
    public Task<Dictionary<int, string>> SubjectsAsync(IReadOnlyCollection<int> ids, CancellationToken cancel) =>
        db.Issues.Where(issue => ids.Contains(issue.Id)).ToDictionaryAsync(issue => issue.Id, issue => issue.Subject, cancel);

    /// <summary>Every save of an issue, the latest first.</summary>
    public Task<List<SavedRevision>> RevisionsAsync(int id, CancellationToken cancel) => db.IssueRevisions
        .Where(row => row.IssueId == id).OrderByDescending(row => row.Revision)
        .Select(row => new SavedRevision(row.Revision, row.SavedAt, row.SavedBy, row.Body.Length)).ToListAsync(cancel);

    /// <summary>When and by whom a revision was saved; null: there is none with this number.</summary>
    public Task<SavedRevision?> FindSaveAsync(int id, int revision, CancellationToken cancel) => db.IssueRevisions
        .Where(row => row.IssueId == id && row.Revision == revision)
        .Select(row => new SavedRevision(row.Revision, row.SavedAt, row.SavedBy, row.Body.Length)).SingleOrDefaultAsync(cancel);

    /// <summary>A revision with its text.</summary>
    public Task<IssueRevision?> FindRevisionAsync(int id, int revision, CancellationToken cancel) =>
        db.IssueRevisions.AsNoTracking().SingleOrDefaultAsync(row => row.IssueId == id && row.Revision == revision, cancel);

    // A list needs no texts: they can be a megabyte each, for a year's drafts.
    private static IQueryable<Issue> WithoutText(IQueryable<Issue> issues) => issues.Select(issue => new Issue
    {
        Id = issue.Id,
        NewsletterId = issue.NewsletterId,
        Slug = issue.Slug,
        Subject = issue.Subject,
        Byline = issue.Byline,
        State = issue.State,
        Revision = issue.Revision,
        Decision = issue.Decision,
        UpdatedAt = issue.UpdatedAt,
        SendAt = issue.SendAt,
        SendStartedAt = issue.SendStartedAt,
        SentAt = issue.SentAt,
        RestSentAt = issue.RestSentAt,
        LastError = issue.LastError,
    });
}

/// <summary>One save of an issue.</summary>
/// <param name="Revision">Its number, from 1.</param>
/// <param name="At">When.</param>
/// <param name="By">Who, as in the audit.</param>
/// <param name="Length">How long the text was, in UTF-16 units.</param>
public sealed record SavedRevision(int Revision, DateTimeOffset At, string By, int Length);
