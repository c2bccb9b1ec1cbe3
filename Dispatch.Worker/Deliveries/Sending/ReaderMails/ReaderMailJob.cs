using Dispatch.Worker.Database;
using Dispatch.Worker.Relays;
using Hangfire;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// Mails all waiting messages to individual readers: confirmations, welcomes, notices. The job claims them in groups for
/// <see cref="SendingThreads"/>, and ends a few seconds after the last message. If no relay is ready, the job ends at once, and the sweep
/// queues it again later.
/// </summary>
[Queue(ReaderMailWake.Queue)]
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // the sweep queues the next job within seconds
public sealed class ReaderMailJob(
    DispatchDb db, ReaderMailWake wake, ReaderMailClaims queue, SendingThreads threads, RelayPool relays, DatabaseClock leases,
    ReaderMailProgress progress, TimeProvider clock, ILogger<ReaderMailJob> log)
{
    /// <summary>Two groups at a time, so the connections have work while the next group is read.</summary>
    private const int GroupsAtOnce = 2;

    private const int MailsForEachConnection = 4, FewestMails = 16, MostMails = 100;

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long messages gather after a group that was not full, while others are being sent. Reading what a group needs takes about as
    /// long for thirty messages as for three.
    /// </summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Groups grow while they are sent within this time, and are small otherwise, since even an urgent message has to wait for the messages
    /// already claimed.
    /// </summary>
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(100);

    private readonly int smallGroup = Math.Clamp(relays.Connections * MailsForEachConnection, FewestMails, MostMails);
    private volatile int groupSize;

    [ReaderMailJobName, SoonForgotten]
    public async Task RunAsync(CancellationToken stopping)
    {
        if (!await wake.TryBeginAsync(stopping))
            return;
        try
        {
            if (await leases.TroubleAsync(db, stopping) is { } trouble)
                log.LogError("Mails to readers are left to other workers: {LastError}", trouble);
            else
                await MailAllAsync(stopping);
        }
        finally
        {
            wake.End();
            await progress.EndAsync();
        }
    }

    private async Task MailAllAsync(CancellationToken stopping)
    {
        var running = new List<Task>();
        groupSize = smallGroup;
        try
        {
            var found = clock.GetTimestamp();
            while (!stopping.IsCancellationRequested && relays.RestingUntil is null)
            {
                var called = wake.Look();
                var most = groupSize;
                if (await queue.ClaimAsync(most, stopping) is { } run)
                {
                    found = clock.GetTimestamp();
                    var isFull = run.Open.Count >= most;
                    running.Add(MailAsync(run, isFull, stopping));
                    if (running.Count >= GroupsAtOnce)
                        await Task.WhenAny(running);
                    if (!isFull)
                        await Task.WhenAny(Task.WhenAll(running), Task.Delay(Moment, CancellationToken.None));
                }
                else if (running.Count > 0)
                {
                    await Task.WhenAny([called, .. running]);
                }
                else if (!await wake.WaitAsync(called, found, stopping))
                {
                    return;
                }
                foreach (var over in running.Where(group => group.IsCompleted).ToList())
                {
                    running.Remove(over);
                    await over;
                }
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }
    }

    private async Task MailAsync(ReaderMailRun run, bool isFull, CancellationToken stopping)
    {
        var begun = clock.GetTimestamp();
        await progress.ClaimedAsync(run.Open.Count, isFull);
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(run, done.Token);
        try
        {
            await using (stopping.Register(run.Stop))
                await threads.SendAsync(run);
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            var (ids, until) = run.Claims;
            await queue.ReleaseAsync(ids, until);
        }
        if (clock.GetElapsedTime(begun) > Quick)
            groupSize = smallGroup;
        else if (isFull)
            groupSize = Math.Min(2 * groupSize, MostMails);
    }

    private async Task RenewAsync(ReaderMailRun run, CancellationToken done)
    {
        using var timer = new PeriodicTimer(Renewal, clock);
        while (!done.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(done);
                await queue.RenewAsync(run, done);
            }
            catch (Exception) when (done.IsCancellationRequested)
            {
                return; // the run is over
            }
            catch (Exception fault)
            {
                log.LogWarning("The claims of mails to readers could not be renewed, and are tried again: {Fault}", fault.Message);
            }
        }
    }
}
