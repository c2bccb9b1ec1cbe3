using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>Ends the deliveries of cancelled issues.</summary>
public sealed class CancelledDeliveries(DispatchDb db, DatabaseClock leases, LiveRuns live, TimeProvider clock)
{
    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Cancels the pending and deferred deliveries of a cancelled issue. Stops after a second and leaves the rest to
    /// <see cref="SettleAsync"/>. A delivery under way runs to completion, and an uncertain delivery stays uncertain.
    /// </summary>
    public async Task EndAsync(int issueId, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        var open = db.DeliveryChunks.Where(c => c.IssueId == issueId && !c.Done).OrderBy(c => c.Number).Select(c => c.Number);
        foreach (var chunk in await open.ToListAsync(cancel))
            if (clock.GetElapsedTime(began) > CancelWithin || !await EndAsync(issueId, chunk, over: false, cancel))
                return;
    }

    /// <summary>
    /// Cancels the remaining deliveries of all cancelled issues, including those whose worker died while sending them. Skips chunks held by
    /// a live run; a later call ends them.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancel)
    {
        var leaseNow = await leases.NowAsync(db, cancel);
        var left = await db.DeliveryChunks
            .Where(c => !c.Done && (c.LeasedUntil == null || c.LeasedUntil < leaseNow)
                && db.Set<Issue>().Any(i => i.Id == c.IssueId && i.State == IssueState.Cancelled))
            .OrderBy(c => c.IssueId).ThenBy(c => c.Number).Select(c => new { c.IssueId, c.Number }).ToListAsync(cancel);
        foreach (var chunk in left)
            if (!live.Holds(chunk.IssueId, chunk.Number))
                await EndAsync(chunk.IssueId, chunk.Number, over: true, cancel);
    }

    // Locks the issue's row with an update that changes nothing. Nobody can then send the issue again until this chunk is done.
    private async Task<bool> EndAsync(int issueId, int chunk, bool over, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Issues.Where(i => i.Id == issueId && i.State == IssueState.Cancelled)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.Decision, i => i.Decision), cancel) == 0)
            return false;
        if (over)
        {
            if (await db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk
                && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, true).SetProperty(c => c.LeasedBy, (string?)null)
                    .SetProperty(c => c.LeasedUntil, (DateTimeOffset?)null), cancel) == 0)
                return true; // a run has just leased the chunk, and will see the cancellation
            await db.MarkClaimedUncertainAsync(issueId, chunk, null, now, cancel);
        }
        await db.Deliveries
            .Where(d => d.IssueId == issueId && d.Chunk == chunk && (d.State == DeliveryState.Pending || d.State == DeliveryState.Deferred))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Cancelled)
                .SetProperty(d => d.NextAttemptAt, (DateTimeOffset?)null).SetProperty(d => d.UpdatedAt, now), cancel);
        await db.ForgetTotalsAsync(issueId, [chunk], cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}
