using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// The threads that mail. There are as many as the relays have connections, and all chunks of this process share them, so no more
/// deliveries are claimed than can be sent at once. <see cref="DeliveryLoop"/> decides what a thread does with a delivery.
/// </summary>
public sealed class SendingThreads(
    RelayPool relays, LedgerWriter ledger, DomainThrottle throttle, IServiceProvider services, ILogger<SendingThreads> log) : IDisposable
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20); // when domains that were at their limit are checked again

    private readonly List<ChunkRun> runs = [];
    private Thread[]? threads;
    private int lastIssue;
    private bool closing;

    /// <summary>
    /// Mails the deliveries of a run. The task completes when all of them are in the ledger. If the run is stopped, the task completes when
    /// no delivery is under way any more.
    /// </summary>
    public Task SendAsync(ChunkRun run)
    {
        lock (runs)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            threads ??= Start();
            runs.Add(run);
            Monitor.PulseAll(runs);
        }
        run.EndIfOver();
        return run.Over;
    }

    public void Dispose()
    {
        lock (runs)
        {
            closing = true;
            foreach (var run in runs)
                run.Stop();
            Monitor.PulseAll(runs);
        }
        foreach (var thread in threads ?? [])
            thread.Join();
    }

    private Thread[] Start()
    {
        var started = Enumerable.Range(1, relays.Connections)
            .Select(number => new Thread(Run, maxStackSize: 256 * 1024) { Name = $"sending {number}", IsBackground = true }).ToArray();
        foreach (var thread in started)
            thread.Start();
        return started;
    }

    // Takes the next delivery, if possible from another issue than the last one. Within an issue, the oldest run that has a delivery left
    // comes first.
    private (ChunkRun Run, DueDelivery Work)? TryTake()
    {
        lock (runs)
            return TryTake(fromLast: false) ?? TryTake(fromLast: true);
    }

    private (ChunkRun Run, DueDelivery Work)? TryTake(bool fromLast)
    {
        for (var index = 0; index < runs.Count; index++)
        {
            var run = runs[index];
            if ((run.IssueId == lastIssue) != fromLast)
                continue;
            if (run.Take(throttle) is { } work)
            {
                lastIssue = run.IssueId;
                return (run, work);
            }
            if (run.IsExhausted)
                runs.RemoveAt(index--);
        }
        return null;
    }

    private (ChunkRun Run, DueDelivery Work)? Take()
    {
        lock (runs)
        {
            while (true)
            {
                if (TryTake() is { } taken)
                    return taken;
                if (closing)
                    return null;
                if (runs.Count > 0)
                    Monitor.Wait(runs, LookAgain);
                else
                    Monitor.Wait(runs);
            }
        }
    }

    private void Run()
    {
        ledger.Expect(1);
        var sender = ActivatorUtilities.CreateInstance<DeliveryLoop>(services);
        while (true)
        {
            if (TryTake() is not { } next)
            {
                Record(sender); // before the thread waits for more deliveries
                ledger.Expect(-1);
                if (Take() is not { } later)
                    return;
                ledger.Expect(1);
                next = later;
            }
            try
            {
                sender.Mail(next.Run, next.Work);
            }
            catch (Exception fault)
            {
                // A bug of ours with one message must not end the thread. The delivery stays claimed, and the next lease marks it as
                // uncertain.
                log.LogError(fault, "Issue {Issue}, subscriber {Subscriber}: the mail failed", next.Run.IssueId, next.Work.SubscriberId);
                next.Run.Stop();
                next.Run.Settle();
            }
            finally
            {
                throttle.Leave(next.Work);
            }
        }
    }

    // A delivery that can't be recorded stays claimed, and the next lease marks it as uncertain.
    private void Record(DeliveryLoop sender)
    {
        try
        {
            sender.Record();
        }
        catch (Exception fault)
        {
            log.LogError(fault, "The last mail of a connection was not recorded");
        }
    }
}
