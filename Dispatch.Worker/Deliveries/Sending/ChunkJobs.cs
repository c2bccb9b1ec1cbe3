using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.SignUp;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Queues Hangfire jobs for chunks that have something to do and have neither a run nor a job. Only two jobs of each issue wait in the
/// queue at a time, so the issues take turns, and none has to wait for a long issue or a slow relay.
/// </summary>
public sealed class ChunkJobs(
    DispatchDb db, IDbContextFactory<DispatchDb> databases, LiveRuns live, DatabaseClock leases, IBackgroundJobClient jobs,
    TimeProvider clock)
{
    /// <summary>
    /// A queued job that has not begun after this time is considered lost: a worker may have fetched it and been suspended. If it was not
    /// lost, its duplicate finds the chunk leased and ends.
    /// </summary>
    private static readonly TimeSpan ExpectedWithin = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long a chunk stays marked as queued before its job exists. If this process is killed before it creates the job, the mark expires
    /// after this time.
    /// </summary>
    private static readonly TimeSpan QueuedWithin = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an expired mark still counts while a chunk of its issue is being mailed: the issue's jobs may then wait that long and more.
    /// A process that was killed before it created the job leaves such a mark, too, which must not count for ever.
    /// </summary>
    private static readonly TimeSpan CountsWhileMailed = TimeSpan.FromHours(1);

    /// <summary>
    /// The number of jobs of one issue that wait in the queue: with two, a free worker finds one while the other is being replaced.
    /// </summary>
    private const int Waiting = 2;

    /// <summary>Queues jobs for every issue that is being sent.</summary>
    /// <returns>How many jobs were queued.</returns>
    public async Task<int> QueueAsync(CancellationToken cancel)
    {
        var issues = await db.Issues.Where(i => i.State == IssueState.Sending).OrderBy(i => i.SendStartedAt)
            .ThenBy(i => i.Id).Select(i => i.Id).ToListAsync(cancel);
        return await QueueAsync(issues, null, cancel);
    }

    /// <summary>Queues an issue's next job when one of its jobs has begun.</summary>
    public Task<int> QueueNextAsync(int issueId, int of, CancellationToken cancel) => QueueAsync([issueId], of, cancel);

    /// <summary>
    /// Ends a run that only waits for providers' limits as soon as another chunk is due: few chunks are mailed at a time, and one slow
    /// provider must not hold up everybody else.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="every">How often to look.</param>
    /// <param name="done">Ends the watch.</param>
    internal async Task YieldAsync(ChunkRun run, TimeSpan every, CancellationToken done)
    {
        using var timer = new PeriodicTimer(every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
                if (run.OnlyWaits && await AnyOtherIsDueAsync(done))
                    run.LeaveWaiting();
        }
        catch (Exception fault) when (fault is OperationCanceledException || TransientErrors.Is(fault))
        {
            // The run is over, or goes on waiting.
        }
    }

    /// <summary>Whether another chunk of an issue has deliveries that are due, or is being mailed.</summary>
    internal Task<bool> AnyOtherIsDueAsync(int issueId, int chunk, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        return db.DeliveryChunks.AnyAsync(c => c.IssueId == issueId && c.Number != chunk && !c.Done && c.NextAttemptAt <= now, cancel);
    }

    private async Task<bool> AnyOtherIsDueAsync(CancellationToken cancel)
    {
        await using var own = databases.CreateDbContext(); // the job's own context is in use
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(own, cancel));
        return await own.DeliveryChunks.AnyAsync(c => !c.Done && c.NextAttemptAt <= now
            && (c.LeasedUntil == null || c.LeasedUntil < leaseNow)
            && own.Set<Issue>().Any(i => i.Id == c.IssueId && i.State == IssueState.Sending), cancel);
    }

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
                try
                {
                    jobs.Enqueue<SendChunkJob>(job => job.RunAsync(issue, chunk, of, CancellationToken.None));
                }
                catch (BackgroundJobClientException)
                {
                    await Marked(issue, [.. chunks.Skip(turn)])
                        .ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), CancellationToken.None);
                    throw;
                }
            }
        foreach (var (issue, _, chunks) in found) // only chunks whose job has not begun yet
            await Marked(issue, chunks).Where(c => c.QueuedUntil != null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, now + ExpectedWithin), cancel);
        return found.Sum(one => one.Chunks.Count);

        IQueryable<DeliveryChunk> Marked(int issue, List<int> chunks) => db.DeliveryChunks
            .Where(c => c.IssueId == issue && chunks.Contains(c.Number));
    }

    private async Task<List<int>> FindAsync(int issue, DateTimeOffset now, DateTimeOffset leaseNow, CancellationToken cancel)
    {
        // Finds no chunk if the issue is not being sent, for example because it was paused just now.
        var open = db.DeliveryChunks.Where(c => c.IssueId == issue && !c.Done
            && db.Set<Issue>().Any(i => i.Id == issue && i.State == IssueState.Sending));
        var lost = now - CountsWhileMailed;
        var room = Waiting - await open.CountAsync(
            c => c.QueuedUntil >= now || (c.QueuedUntil >= lost
                && db.Set<DeliveryChunk>().Any(other => other.IssueId == issue && other.LeasedUntil >= leaseNow)), cancel);
        if (room <= 0)
            return [];
        var ready = await open
            .Where(c => c.NextAttemptAt <= now && (c.LeasedUntil == null || c.LeasedUntil < leaseNow)
                && (c.QueuedUntil == null || c.QueuedUntil < lost || (c.QueuedUntil < now
                    && !db.Set<DeliveryChunk>().Any(other => other.IssueId == issue && other.LeasedUntil >= leaseNow))))
            // What was not tried yet goes before what waits for a provider or is tried again.
            .OrderBy(c => c.NextAttemptAt).ThenBy(c => c.Number).Select(c => c.Number).Take(room + live.Count).ToListAsync(cancel);
        return [.. ready.Where(chunk => !live.Holds(issue, chunk)).Take(room)];
    }
}
