using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// Mails one chunk of an issue through <see cref="SendingThreads"/>. The job is safe to run twice: only one run at a time can lease a
/// chunk. Each delivery is claimed before a relay gets its content, and recorded before its connection sends any other content.
/// </summary>
[Queue("delivery")]
// Hangfire's retries are for failures of the database or its disk. The tables alone decide when a reader is tried again.
[AutomaticRetry(Attempts = 10, DelaysInSeconds = [5, 10, 20, 30, 60])]
public sealed class SendChunkJob(
    DispatchDb db, IDbContextFactory<DispatchDb> databases, DeliveryLedger ledger, LiveRuns live, DatabaseClock leases, ChunkJobs chunks,
    SendingThreads threads,
    RefusedDeliveries refused, ProviderHolds holds, IssueMessages messages,
    RelayPool relays, WarmUp warmUp, IssueEnd end, IOptions<DeliverySettings> settings, TimeProvider clock, ILogger<SendChunkJob> log)
{
    private const string ShareIsSent = "Today's share of the warm-up plan is sent; the rest follows tomorrow.";

    /// <summary>How often a run asks whether another chunk needs the place in which it only waits for limits.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    /// <summary>When a chunk is due again whose run has left its place to another one.</summary>
    private static readonly TimeSpan AfterWaiting = TimeSpan.FromSeconds(5);

    [JobDisplayName("Send issue {0}, chunk {1} of {2}")]
    public async Task RunAsync(int issueId, int chunk, int of, CancellationToken stopping)
    {
        if (!live.TryBegin(issueId, chunk))
        {
            await ledger.LeaveToOthersAsync(issueId, chunk, stopping);
            return;
        }
        try
        {
            if (await leases.TroubleAsync(db, stopping) is not { } trouble)
            {
                await LeaseAndRunAsync(issueId, chunk, of, stopping);
                return;
            }
            log.LogError("Issue {Issue}, chunk {Chunk} is left to other workers: {LastError}", issueId, chunk, trouble);
            await ledger.LeaveToOthersAsync(issueId, chunk, stopping);
            await TellAsync(issueId, null, trouble);
        }
        finally
        {
            live.End(issueId, chunk);
        }
    }

    private async Task LeaseAndRunAsync(int issueId, int chunk, int of, CancellationToken stopping)
    {
        var lease = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        if (!await ledger.LeaseAsync(issueId, chunk, lease, stopping))
        {
            await ledger.LeaveToOthersAsync(issueId, chunk, stopping);
            return;
        }
        var trouble = relays.LastError;
        var (notBefore, tried) = ((DateTimeOffset?)null, false);
        var share = false;
        try
        {
            if (trouble is not null)
                return;
            var due = await ledger.DueAsync(issueId, chunk, stopping);
            var (day, allowed) = (warmUp.Today, await warmUp.ReserveAsync(due.Count, stopping));
            ChunkRun? run = null;
            try
            {
                if (allowed < due.Count)
                {
                    (notBefore, share) = (warmUp.Tomorrow, true);
                    due.RemoveRange(allowed, due.Count - allowed);
                }
                run = new ChunkRun(issueId, chunk, lease, await messages.GetAsync(issueId), due)
                {
                    RelayIsAlone = !relays.AreSeveral,
                    OthersCanTell = !relays.AreSeveral && live.MayWait(issueId, chunk)
                        && await chunks.AnyOtherIsDueAsync(issueId, chunk, stopping),
                };
                await using (stopping.Register(() => run.Stop()))
                    await RunAsync(run, of, stopping);
                var refusing = await refused.SettleAsync(run);
                await holds.AddAsync(run);
                await ledger.PutOffAsync(issueId, chunk, lease, run.PutOff);
                if (run.LeftToOthers)
                    live.Waits(issueId, chunk);
                if (run.LeftWaiting || run.LeftToOthers)
                    notBefore ??= clock.GetUtcNow() + AfterWaiting;
                (trouble, tried) = (run.LastError ?? refusing, true);
            }
            finally
            {
                await warmUp.ReturnAsync(day, allowed - (run?.Begun ?? 0));
            }
        }
        finally
        {
            await ledger.ReleaseAsync(issueId, chunk, lease, trouble is null ? notBefore : relays.RestingUntil);
            await TellAsync(issueId, tried ? trouble : null, trouble?.Text ?? (share ? ShareIsSent : null));
            await end.FinishAsync(issueId);
        }
    }

    private async Task RunAsync(ChunkRun run, int of, CancellationToken stopping)
    {
        var mailing = threads.SendAsync(run);
        try
        {
            // This job no longer waits in the queue, so another chunk can be queued for the next free worker.
            await chunks.QueueNextAsync(run.IssueId, of, stopping);
        }
        catch (Exception fault) when (TransientErrors.Is(fault) || fault is OperationCanceledException)
        {
            log.LogWarning("The next chunks were not queued, the sweep will do it: {Fault}", fault.Message);
        }
        using var done = new CancellationTokenSource();
        var (renewing, watching) = (RenewAsync(run, done.Token), holds.WatchAsync(run));
        var (yielding, clearing) = (chunks.YieldAsync(run, AskEvery, done.Token), ClearLastErrorAsync(run, done.Token));
        try
        {
            await mailing;
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            await yielding;
            await clearing;
            run.Answers.Troubles.Writer.Complete();
            await watching;
        }
    }

    // The desk shows why an issue has stalled. It has not any more once a message is accepted, though the chunk may take hours.
    private async Task ClearLastErrorAsync(ChunkRun run, CancellationToken done)
    {
        try
        {
            await run.Answers.AnyAccepted.WaitAsync(done);
            await using var own = databases.CreateDbContext(); // the job's own context is in use
            await own.Issues.Where(issue => issue.Id == run.IssueId && issue.State == IssueState.Sending && issue.LastError != null)
                .ExecuteUpdateAsync(set => set.SetProperty(issue => issue.LastError, (string?)null), CancellationToken.None);
        }
        catch (Exception fault) when (fault is OperationCanceledException || TransientErrors.Is(fault))
        {
            // The run is over, and says itself what is wrong.
        }
    }

    // Renews the lease until the run is over. Without a lease, another run would take over the deliveries under way and mail them again.
    private async Task RenewAsync(ChunkRun run, CancellationToken done)
    {
        using var timer = new PeriodicTimer(settings.Value.LeaseFor / 3, clock);
        while (await TickAsync(timer, done))
        {
            try
            {
                if (!await ledger.RenewAsync(run.IssueId, run.Chunk, run.Lease, done))
                    run.Stop();
            }
            catch (Exception fault) when (!done.IsCancellationRequested)
            {
                log.LogWarning("The lease of issue {Issue}, chunk {Chunk} could not be renewed, and is tried again: {Fault}",
                    run.IssueId, run.Chunk, fault.Message);
            }
            catch (Exception) when (done.IsCancellationRequested)
            {
                return; // the run is over
            }
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken done)
    {
        try
        {
            return await timer.WaitForNextTickAsync(done);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Shows on the desk why an issue has stalled, or that it is moving again. A problem that only a person can fix pauses the issue: the
    // relay might lock us out if we kept trying.
    private async Task TellAsync(int issueId, SmtpReply? trouble, string? text)
    {
        var issues = db.Issues.Where(issue => issue.Id == issueId);
        if (trouble?.Kind is not ReplyKind.RelayRefusal)
        {
            await issues.Where(issue => issue.State == IssueState.Sending && issue.LastError != text)
                .ExecuteUpdateAsync(set => set.SetProperty(issue => issue.LastError, text));
            return;
        }
        if (await IssueTransition.Pause.ExecuteAsync(issues, set => set.SetProperty(issue => issue.LastError, text)) == 0)
            return;
        db.Audit.Add(Actor.Worker.Did("issue.paused", AuditTarget.Issue(issueId), clock.GetUtcNow(), text));
        await db.SaveChangesAsync();
        log.LogError("Issue {Issue} is paused: {LastError}", issueId, text);
    }
}
