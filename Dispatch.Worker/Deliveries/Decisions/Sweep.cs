using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Records;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Finds everything in the tables that is due, and queues it: issues whose time has come, chunks with something left to do, messages to
/// individual readers. The sweep runs every few seconds and at each slot, so it also picks up whatever a crash or a lost job left behind.
/// </summary>
[Queue("issues")]
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // the next sweep comes within seconds
public sealed class Sweep(
    DispatchDb db, DatabaseClock leases, IssueTick tick, ChunkJobs chunks, CancelledDeliveries cancelled, IssueEnd end,
    ReaderMailClaims mails, ReaderMailWake wake, RelayPool relays, SubscriberSweep subscribers, IBackgroundJobClient jobs,
    ILogger<Sweep> log)
{
    [JobDisplayName("Look for what is due"), SoonForgotten]
    public Task RunAsync(CancellationToken cancel) => LookAsync(cancel);

    [JobDisplayName("Edition slot of {0}")]
    public Task AtSlotAsync(string newsletter, CancellationToken cancel) => LookAsync(cancel);

    /// <returns>
    /// How much there was to do: issues begun or finished, chunks found, and 1 if a job was queued for messages to individual readers. Zero
    /// if nothing was due.
    /// </returns>
    public async Task<int> LookAsync(CancellationToken cancel)
    {
        if (await leases.TroubleAsync(db, cancel) is { } trouble)
        {
            log.LogError("This worker picks up no work: {LastError}", trouble);
            return 0;
        }
        return await PartAsync("issues", () => BeginAsync(cancel)) + await PartAsync("chunks", () => chunks.QueueAsync(cancel))
            + await PartAsync("readers", () => TidySubscribersAsync(cancel)) + await PartAsync("readers' mails", () => WakeAsync(cancel))
            + await PartAsync("cancelled issues", () => SettleCancelledAsync(cancel))
            + await PartAsync("ended issues", () => FinishAsync(cancel));
    }

    private async Task<int> BeginAsync(CancellationToken cancel)
    {
        var due = await tick.DueAsync(cancel);
        foreach (var issueId in due)
            jobs.Enqueue<FanOutJob>(job => job.RunAsync(issueId, CancellationToken.None));
        return due.Count;
    }

    private async Task<int> TidySubscribersAsync(CancellationToken cancel)
    {
        await subscribers.RunAsync(cancel);
        return 0;
    }

    // Queues a job for retries, and for messages whose job was lost, unless all relays of this process are resting.
    private async Task<int> WakeAsync(CancellationToken cancel) =>
        relays.RestingUntil is null && await mails.AnyDueAsync(cancel) && await wake.WakeAsync() ? 1 : 0;

    private async Task<int> SettleCancelledAsync(CancellationToken cancel)
    {
        await cancelled.SettleAsync(cancel);
        return 0;
    }

    // Finishes issues whose last run was killed before it could mark them as sent, and issues with only uncertain deliveries left.
    private async Task<int> FinishAsync(CancellationToken cancel)
    {
        var found = 0;
        foreach (var issueId in await db.Issues
            .Where(issue => issue.State == IssueState.Sending && !db.Set<DeliveryChunk>().Any(c => c.IssueId == issue.Id && !c.Done))
            .Select(issue => issue.Id).ToListAsync(cancel))
            found += await end.FinishAsync(issueId) ? 1 : 0;
        return found;
    }

    // Runs one part of the sweep. A failure ends only that part, except that an unreachable database ends the sweep.
    private async Task<int> PartAsync(string part, Func<Task<int>> look)
    {
        try
        {
            return await look();
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !TransientErrors.IsDatabases(fault))
        {
            log.LogError(fault, "The sweep of {Part} failed", part);
            db.ChangeTracker.Clear();
            return 0;
        }
    }
}
