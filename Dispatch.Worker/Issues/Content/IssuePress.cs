using Dispatch.Templates;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Issues.Content;

/// <summary>An issue whose time has come, with the edition that is to go out.</summary>
/// <param name="Issue">The issue.</param>
/// <param name="Edition">The edition, which is not stored yet.</param>
/// <param name="AsRead">The issue's revision and decision when it was read.</param>
public sealed record ReadyIssue(Issue Issue, Edition Edition, (int Revision, int Decision) AsRead)
{
    /// <summary>The files of pictures that the edition does not show. Empty until <see cref="IssuePress.BeginAsync"/> has run.</summary>
    internal IReadOnlyList<string> UnusedFiles { get; set; } = [];
}

/// <summary>
/// Makes the edition of a due issue. Any failure except an unreachable database holds the issue for a person, because retrying would change
/// nothing.
/// </summary>
public sealed class IssuePress(
    DispatchDb db, IssueRenderer renderer, IssuePhotos photos, PictureRemoval removal, TimeProvider clock, ILogger<IssuePress> log)
{
    /// <summary>Renders a due issue.</summary>
    /// <returns>The issue, or null if it is not due or could not be rendered. An issue that could not be rendered is held.</returns>
    public async Task<ReadyIssue?> PrepareAsync(int issueId, CancellationToken cancel)
    {
        var issue = await db.Issues.SingleOrDefaultAsync(i => i.Id == issueId && i.State == IssueState.Scheduled
            && i.SendAt <= clock.GetUtcNow(), cancel);
        if (issue is null)
            return null;
        var read = (issue.Revision, issue.Decision);
        try
        {
            var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancel);
            var rendered = await renderer.RenderAsync(issue, issue.SendAt!.Value, cancel);
            var faults = rendered.Faults.Concat(await MissingAsync(issueId, rendered, cancel));
            if (faults.FirstOrDefault(fault => fault.Severity is FaultSeverity.Error) is not { } error)
                return new ReadyIssue(issue, Edition.Of(issue, newsletter, rendered, clock.GetUtcNow()), read);
            await HoldAsync(issue, $"It can't go out as it is: {error.Message}", cancel);
        }
        catch (TemplateException fault)
        {
            await HoldAsync(issue, $"A template does not fit: {fault.Message}", cancel);
        }
        catch (Exception fault) when (!TransientErrors.IsDatabases(fault) && !cancel.IsCancellationRequested)
        {
            await HoldAsync(issueId, read, fault, cancel);
        }
        return null;
    }

    /// <summary>
    /// Sets the issue to sending, stores its edition and drops the pictures that the edition does not show. Requires the caller's
    /// transaction.
    /// </summary>
    /// <exception cref="DbUpdateConcurrencyException">The issue was edited, moved or taken back, or another process has begun
    /// it.</exception>
    public async Task BeginAsync(ReadyIssue ready, CancellationToken cancel)
    {
        var (issue, edition) = (ready.Issue, ready.Edition);
        var now = clock.GetUtcNow();
        issue.StartSending(now);
        await db.SaveChangesAsync(cancel); // saved alone, so the second of two simultaneous runs fails here
        db.Editions.Add(edition);
        db.Audit.Add(Actor.Worker.Did("issue.begun", AuditTarget.Issue(issue.Id), now, $"revision {issue.Revision}"));
        ready.UnusedFiles = await DropUnusedPhotosAsync(edition, cancel);
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Removes the files of the dropped pictures, once the transaction is committed.</summary>
    public Task RemoveUnusedFilesAsync(ReadyIssue ready) => removal.RemoveAsync(ready.UnusedFiles, CancellationToken.None);

    /// <summary>
    /// Holds an issue whose sending could not begin, unless somebody has edited it or decided about it since it was prepared.
    /// </summary>
    public Task HoldAsync(ReadyIssue ready, Exception fault, CancellationToken cancel) =>
        HoldAsync(ready.Issue.Id, ready.AsRead, fault, cancel);

    private async Task HoldAsync(int issueId, (int Revision, int Decision) read, Exception fault, CancellationToken cancel)
    {
        log.LogError(fault, "Issue {Issue} can't be prepared for sending", issueId);
        db.ChangeTracker.Clear();
        var now = await db.Issues.SingleOrDefaultAsync(i => i.Id == issueId && i.State == IssueState.Scheduled
            && i.Revision == read.Revision && i.Decision == read.Decision, cancel);
        if (now is not null)
            await HoldAsync(now, $"It can't be prepared for sending: {fault.Message}", cancel);
    }

    private async Task HoldAsync(Issue issue, string why, CancellationToken cancel)
    {
        issue.Hold(why);
        db.Audit.Add(Actor.Worker.Did("issue.held", AuditTarget.Issue(issue.Id), clock.GetUtcNow(), why));
        try
        {
            await db.SaveChangesAsync(cancel);
            log.LogWarning("Issue {Issue} is held: it can't be rendered", issue.Id);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The issue was just edited or moved. The next run tries again.
        }
    }

    private async Task<IEnumerable<ContentFault>> MissingAsync(int issueId, RenderedIssue rendered, CancellationToken cancel) =>
        photos.HasFolder ? photos.MissingIn(rendered.Mail.Html + rendered.WebHtml, await photos.OfAsync(issueId, cancel)) : [];

    // A picture that the edition does not show, such as the original of a blurred face, must not become public with the issue.
    private async Task<string[]> DropUnusedPhotosAsync(Edition edition, CancellationToken cancel)
    {
        var photos = await db.Photos.Where(photo => photo.IssueId == edition.IssueId).ToListAsync(cancel);
        var unused = photos.Where(photo => !edition.MailHtml.Contains(photo.MediaName, StringComparison.Ordinal)
            && !edition.WebHtml.Contains(photo.MediaName, StringComparison.Ordinal)).ToList();
        db.Photos.RemoveRange(unused);
        return [.. unused.SelectMany(photo => photo.Files)];
    }
}
