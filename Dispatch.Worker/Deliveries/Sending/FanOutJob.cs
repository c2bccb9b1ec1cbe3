using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues.Content;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Begins an issue whose time has come. <see cref="IssuePress"/> renders the issue once. Then one transaction stores the edition, freezes
/// the audience and sets the issue to sending. If the job runs twice, the second run finds that the issue has begun.
/// </summary>
[Queue("issues")]
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // the next sweep comes within seconds
public sealed class FanOutJob(DispatchDb db, IssuePress press, Audience audience, ChunkJobs chunks, IssueEnd end, ILogger<FanOutJob> log)
{
    [JobDisplayName("Start issue {0}")]
    public async Task RunAsync(int issueId, CancellationToken cancel)
    {
        if (await press.PrepareAsync(issueId, cancel) is not { } ready)
            return;
        try
        {
            await BeginAsync(ready, cancel);
        }
        catch (DbUpdateConcurrencyException)
        {
            return; // just edited, moved, taken back or begun elsewhere; the next tick finds the issue if it is still due
        }
        catch (Exception fault) when (!TransientErrors.IsDatabases(fault) && !cancel.IsCancellationRequested)
        {
            await press.HoldAsync(ready, fault, cancel);
            return;
        }
        log.LogInformation("Issue {Issue} begins", issueId);
        await GatherStatisticsAsync(issueId, cancel);
        if (!await end.FinishAsync(issueId))
            await chunks.QueueAsync(cancel);
    }

    private async Task BeginAsync(ReadyIssue ready, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await press.BeginAsync(ready, cancel);
        await audience.FanOutAsync(ready.Issue.Id, ready.Issue.NewsletterId, cancel);
        await transaction.CommitAsync(cancel);
        await press.RemoveUnusedFilesAsync(ready);
    }

    private async Task GatherStatisticsAsync(int issueId, CancellationToken cancel)
    {
        try
        {
            await audience.GatherStatisticsAsync(cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            log.LogWarning("Issue {Issue} goes out, but the database statistics could not be updated: {Fault}", issueId, fault.Message);
        }
    }
}
