using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.SignUp;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Puts Hangfire jobs on the queue for chunks that have something to do and no run or job yet. Only a few of each issue wait there at a
/// time, alternating with those of all other issues being sent, and each that begins makes room for another: so no issue has to wait for a
/// long one, or for a slow relay, to finish.
/// </summary>
public sealed class ChunkJobs(DispatchDb db, LiveRuns live, DatabaseClock leases, IBackgroundJobClient jobs, TimeProvider clock)
{
    /// <summary>
    /// A job that has not begun after this long is considered lost, unless a chunk of its issue is being mailed: behind a slow relay the
    /// others wait in the queue for hours. A duplicate job finds the chunk leased and ends.
    /// </summary>
    private static readonly TimeSpan ExpectedWithin = TimeSpan.FromMinutes(10);

    /// <summary>While jobs are being queued: a process that is killed midway has marked chunks that no job will come for.</summary>
    private static readonly TimeSpan QueuedWithin = TimeSpan.FromSeconds(30);

    /// <summary>Per issue. Two, so that a worker that finishes finds one while the other's place is being filled.</summary>
    private const int Waiting = 2;

    /// <summary>For every issue that is being sent.</summary>
    /// <returns>How many jobs were queued.</returns>
    public async Task<int> QueueAsync(CancellationToken cancel)
    {
        var issues = await db.Issues.Where(i => i.State == IssueState.Sending).OrderBy(i => i.SendStartedAt)
            .ThenBy(i => i.Id).Select(i => i.Id).ToListAsync(cancel);
        return await QueueAsync(issues, null, cancel);
    }

    /// <summary>For an issue with this many chunks, one of which has begun: its job's place is free.</summary>
    public Task<int> QueueNextAsync(int issueId, int of, CancellationToken cancel) => QueueAsync([issueId], of, cancel);

    private async Task<int> QueueAsync(IReadOnlyList<int> issues, int? known, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        var found = new List<(int Issue, int Of, List<int> Chunks)>();
        foreach (var issue in issues)
            if (await FindAsync(issue, now, leaseNow, cancel) is { Count: > 0 } chunks)
                found.Add((issue, known ?? await db.DeliveryChunks.CountAsync(c => c.IssueId == issue, cancel), chunks));
        foreach (var (issue, _, chunks) in found)
            await Marked(issue, chunks).ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, now + QueuedWithin), cancel);
        for (var turn = 0; turn < Waiting; turn++)
            foreach (var (issue, of, chunks) in found.Where(one => one.Chunks.Count > turn))
            {
                var chunk = chunks[turn];
                jobs.Enqueue<SendChunkJob>(job => job.RunAsync(issue, chunk, of, CancellationToken.None));
            }
        foreach (var (issue, _, chunks) in found) // those that have not begun yet
            await Marked(issue, chunks).Where(c => c.QueuedUntil != null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, now + ExpectedWithin), cancel);
        return found.Sum(one => one.Chunks.Count);

        IQueryable<DeliveryChunk> Marked(int issue, List<int> chunks) => db.DeliveryChunks
            .Where(c => c.IssueId == issue && chunks.Contains(c.Number));
    }

    private async Task<List<int>> FindAsync(int issue, DateTimeOffset now, DateTimeOffset leaseNow, CancellationToken cancel)
    {
        // A run that begins just as the issue is paused asks for the next chunk too, but there is none then.
        var open = db.DeliveryChunks.Where(c => c.IssueId == issue && !c.Done
            && db.Set<Issue>().Any(i => i.Id == issue && i.State == IssueState.Sending));
        // Behind a chunk that is being mailed, the others' jobs may wait for hours, and they keep their places.
        var room = Waiting - await open.CountAsync(
            c => c.QueuedUntil >= now || (c.QueuedUntil != null
                && db.Set<DeliveryChunk>().Any(other => other.IssueId == issue && other.LeasedUntil >= leaseNow)), cancel);
        if (room <= 0)
            return [];
        var ready = await open
            .Where(c => c.NextAttemptAt <= now && (c.LeasedUntil == null || c.LeasedUntil < leaseNow)
                && (c.QueuedUntil == null || (c.QueuedUntil < now
                    && !db.Set<DeliveryChunk>().Any(other => other.IssueId == issue && other.LeasedUntil >= leaseNow))))
            .OrderBy(c => c.Number).Select(c => c.Number).Take(room + live.Count).ToListAsync(cancel);
        return [.. ready.Where(chunk => !live.Holds(issue, chunk)).Take(room)];
    }
}
