using Dispatch.Templates;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Begins an issue whose time has come. It renders the issue once; then one transaction stores the edition, freezes the audience and sets
/// the issue to sending. Pictures that the edition doesn't show are removed.
/// </summary>
/// <remarks>
/// If the job runs twice, the second run finds that the issue has begun. If the issue is moved, taken back or edited during rendering, it
/// is not begun. Any failure except an unreachable database holds the issue for a person, with the reason, since retrying would change
/// nothing.
/// </remarks>
[Queue("issues")]
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // the next sweep comes within seconds
public sealed class FanOutJob(
    DispatchDb db, IssueRenderer renderer, Audience audience, ChunkJobs chunks, IssueEnd end, PictureRemoval removal, TimeProvider clock,
    ILogger<FanOutJob> log)
{
    [JobDisplayName("Begin issue {0}")]
    public async Task RunAsync(int issueId, CancellationToken cancel)
    {
        var issue = await db.Issues.SingleOrDefaultAsync(i => i.Id == issueId && i.State == IssueState.Scheduled
            && i.SendAt <= clock.GetUtcNow(), cancel);
        if (issue is null)
            return;
        var (decision, revision) = (issue.Decision, issue.Revision);
        try
        {
            if (await RenderAsync(issue, cancel) is not { } edition)
                return;
            await BeginAsync(issue, edition, cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return; // just edited, moved, taken back or begun elsewhere; the next tick finds the issue if it is still due
        }
        catch (Exception fault) when (!TransientErrors.IsDatabases(fault) && !cancel.IsCancellationRequested)
        {
            log.LogError(fault, "Issue {Issue} can't be made ready", issueId);
            db.ChangeTracker.Clear();
            var now = await db.Issues.SingleOrDefaultAsync(i => i.Id == issueId && i.State == IssueState.Scheduled
                && i.Decision == decision && i.Revision == revision, cancel);
            if (now is not null)
                await HoldAsync(now, $"It can't be made ready to go out: {fault.Message}", cancel);
            return;
        }
        log.LogInformation("Issue {Issue} begins", issueId);
        await GatherStatisticsAsync(issueId, cancel);
        if (!await end.FinishAsync(issueId))
            await chunks.QueueAsync(cancel);
    }

    private async Task<Edition?> RenderAsync(Issue issue, CancellationToken cancel)
    {
        try
        {
            var newsletter = await db.Newsletters.AsNoTracking().SingleAsync(n => n.Id == issue.NewsletterId, cancel);
            var rendered = await renderer.RenderAsync(issue, issue.SendAt!.Value, cancel);
            if (rendered.Faults.FirstOrDefault(fault => fault.Severity is FaultSeverity.Error) is not { } error)
                return Edition.Of(issue, newsletter, rendered, clock.GetUtcNow());
            await HoldAsync(issue, $"It can't go out as it is: {error.Message}", cancel);
        }
        catch (TemplateException fault)
        {
            await HoldAsync(issue, $"A template does not fit: {fault.Message}", cancel);
        }
        return null;
    }

    private async Task BeginAsync(Issue issue, Edition edition, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var now = clock.GetUtcNow();
        issue.StartSending(now);
        await db.SaveChangesAsync(cancel); // saved first and alone: of two simultaneous runs, the second fails here
        db.Editions.Add(edition);
        db.Audit.Add(Actor.Worker.Did("issue.begun", AuditTarget.Issue(issue.Id), now, $"revision {issue.Revision}"));
        await db.SaveChangesAsync(cancel);
        var unused = await DropUnusedPhotosAsync(edition, cancel);
        await audience.FanOutAsync(issue.Id, issue.NewsletterId, cancel);
        await transaction.CommitAsync(cancel);
        await removal.RemoveAsync(unused, CancellationToken.None);
    }

    // Removes pictures that the edition does not show, such as the original of a picture in which a face was blurred. Otherwise they would
    // become public with the issue.
    private async Task<string[]> DropUnusedPhotosAsync(Edition edition, CancellationToken cancel)
    {
        var photos = await db.Photos.Where(photo => photo.IssueId == edition.IssueId).ToListAsync(cancel);
        var unused = photos.Where(photo => !edition.MailHtml.Contains(photo.MediaName, StringComparison.Ordinal)
            && !edition.WebHtml.Contains(photo.MediaName, StringComparison.Ordinal)).ToList();
        db.Photos.RemoveRange(unused);
        await db.SaveChangesAsync(cancel);
        return [.. unused.SelectMany(photo => photo.Files)];
    }

    private async Task GatherStatisticsAsync(int issueId, CancellationToken cancel)
    {
        try
        {
            await audience.GatherStatisticsAsync(cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            log.LogWarning("Issue {Issue} goes out by older statistics: {Fault}", issueId, fault.Message);
        }
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
            // just edited or moved; the next tick tries again
        }
    }
}
