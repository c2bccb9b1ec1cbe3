using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries;

/// <summary>Puts a Hangfire job on the queue for each chunk that has something to do and no run or job yet.</summary>
public sealed class ChunkJobs(DispatchDb db, IBackgroundJobClient jobs, TimeProvider clock)
{
    /// <summary>
    /// A job that has not begun after this long is taken for lost, unless a chunk of its issue is being mailed: behind a slow relay the
    /// others wait in the queue for hours. A doubled job finds the chunk leased and ends.
    /// </summary>
    private static readonly TimeSpan ExpectedWithin = TimeSpan.FromMinutes(10);

    /// <summary>While jobs are being queued: a process that is killed in between has marked chunks that no job will come for.</summary>
    private static readonly TimeSpan QueuedWithin = TimeSpan.FromSeconds(30);

    private const int AtOnce = 500;

    /// <returns>How many jobs were queued.</returns>
    public async Task<int> QueueAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var ready = await db.DeliveryChunks.AsNoTracking()
            .Where(c => !c.Done && c.NextAttemptAt <= now && (c.LeasedUntil == null || c.LeasedUntil < now)
                && (c.QueuedUntil == null || (c.QueuedUntil < now && !db.DeliveryChunks.Any(other => other.IssueId == c.IssueId && other.LeasedUntil >= now)))
                && db.Issues.Any(i => i.Id == c.IssueId && i.State == IssueState.Sending))
            .OrderBy(c => c.IssueId).ThenBy(c => c.Number).Take(AtOnce).ToListAsync(cancel);
        foreach (var issue in ready.GroupBy(chunk => chunk.IssueId))
        {
            var numbers = issue.Select(chunk => chunk.Number).ToList();
            var of = await db.DeliveryChunks.CountAsync(c => c.IssueId == issue.Key, cancel);
            var marked = db.DeliveryChunks.Where(c => c.IssueId == issue.Key && numbers.Contains(c.Number));
            await marked.ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, now + QueuedWithin), cancel);
            foreach (var number in numbers)
                jobs.Enqueue<SendChunkJob>(job => job.RunAsync(issue.Key, number, of, CancellationToken.None));
            await marked.Where(c => c.QueuedUntil != null).ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, now + ExpectedWithin), cancel); // those that have not begun yet
        }
        return ready.Count;
    }
}
