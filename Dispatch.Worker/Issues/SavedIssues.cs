using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Issues;

/// <summary>Reads issues and their revisions for display. To change an issue, use <see cref="IssueDesk.FindAsync"/>.</summary>
public sealed class SavedIssues(DispatchDb db)
{
    public Task<Issue?> FindAsync(int id, CancellationToken cancel) =>
        db.Issues.AsNoTracking().SingleOrDefaultAsync(issue => issue.Id == id, cancel);

    public Task<bool> ExistsAsync(int id, CancellationToken cancel) => db.Issues.AnyAsync(issue => issue.Id == id, cancel);

    /// <summary>Returns an issue's state and revision without its text, for callers that ask every few seconds.</summary>
    public Task<Issue?> FindStateAsync(int id, CancellationToken cancel) =>
        WithoutText(db.Issues.Where(issue => issue.Id == id)).SingleOrDefaultAsync(cancel);

    /// <summary>Returns a newsletter's unfinished issues without their texts, the most recently changed first.</summary>
    public Task<List<Issue>> OpenAsync(int newsletterId, CancellationToken cancel) => WithoutText(db.Issues
        .Where(issue => issue.NewsletterId == newsletterId && issue.State != IssueState.Sent && issue.State != IssueState.Cancelled)
        .OrderByDescending(issue => issue.UpdatedAt)).ToListAsync(cancel);

    /// <summary>
    /// Returns a newsletter's issues that were sent, or cancelled during sending, without their texts. The latest issue comes first.
    /// </summary>
    public Task<List<Issue>> LastOutAsync(int newsletterId, int count, CancellationToken cancel) => WithoutText(db.Issues
        .Where(issue => issue.NewsletterId == newsletterId
            && (issue.State == IssueState.Sent || (issue.State == IssueState.Cancelled && issue.SendStartedAt != null)))
        .OrderByDescending(issue => issue.SendStartedAt).Take(count)).ToListAsync(cancel);

    /// <summary>Returns the subjects of issues, by id.</summary>
    public Task<Dictionary<int, string>> SubjectsAsync(IReadOnlyCollection<int> ids, CancellationToken cancel) =>
        db.Issues.Where(issue => ids.Contains(issue.Id)).ToDictionaryAsync(issue => issue.Id, issue => issue.Subject, cancel);

    /// <summary>Returns all saves of an issue, latest first.</summary>
    public Task<List<SavedRevision>> RevisionsAsync(int id, CancellationToken cancel) => db.IssueRevisions
        .Where(row => row.IssueId == id).OrderByDescending(row => row.Revision)
        .Select(row => new SavedRevision(row.Revision, row.SavedAt, row.SavedBy, row.Body.Length)).ToListAsync(cancel);

    /// <summary>Returns when and by whom a revision was saved, or null if there is no revision with this number.</summary>
    public Task<SavedRevision?> FindSaveAsync(int id, int revision, CancellationToken cancel) => db.IssueRevisions
        .Where(row => row.IssueId == id && row.Revision == revision)
        .Select(row => new SavedRevision(row.Revision, row.SavedAt, row.SavedBy, row.Body.Length)).SingleOrDefaultAsync(cancel);

    /// <summary>Returns a revision with its text.</summary>
    public Task<IssueRevision?> FindRevisionAsync(int id, int revision, CancellationToken cancel) =>
        db.IssueRevisions.AsNoTracking().SingleOrDefaultAsync(row => row.IssueId == id && row.Revision == revision, cancel);

    // A list needs no texts, and each text can be up to a megabyte.
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
        FirstSentWith = issue.FirstSentWith,
        LastError = issue.LastError,
    });
}

/// <summary>One save of an issue.</summary>
/// <param name="Revision">The revision's number, from 1.</param>
/// <param name="At">The time of the save.</param>
/// <param name="By">Who saved, in the audit log's notation, such as <c>staff:3</c>.</param>
/// <param name="Length">The length of the text, in UTF-16 units.</param>
public sealed record SavedRevision(int Revision, DateTimeOffset At, string By, int Length);
