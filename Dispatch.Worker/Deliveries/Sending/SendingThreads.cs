using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending.ReaderMails;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// The threads that mail, one for each connection to a relay. All chunks of this process share them. Messages to individual readers go
/// first, since somebody waits for them. <see cref="DeliveryLoop"/> mails an issue's delivery, <see cref="ReaderMailLoop"/> a message to
/// one reader.
/// </summary>
public sealed class SendingThreads(
    RelayPool relays, LedgerWriter ledger, ReaderMailClaims claims, DomainThrottle throttle, IServiceProvider services,
    ILogger<SendingThreads> log) : IDisposable
{
    /// <summary>
    /// How long messages under way may still take at shutdown, and then the ledger. Jobs have already had their own wait
    /// (<see cref="Hosting.JobServers"/>).
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1), GraceOfLedger = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20); // when domains that were at their limit are checked again

    private readonly List<ChunkRun> runs = [];
    private readonly List<ReaderMailRun> mails = []; // also guarded by the lock on runs
    private volatile bool anyMails;
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

    /// <summary>
    /// Mails a group of messages to individual readers. The task completes when all of them are recorded. If the run is stopped, the task
    /// completes when no message is under way any more.
    /// </summary>
    public Task SendAsync(ReaderMailRun run)
    {
        lock (runs)
        {
            ObjectDisposedException.ThrowIf(closing, this);
            threads ??= Start();
            mails.Add(run);
            anyMails = true;
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
            foreach (var run in mails)
                run.Stop();
            Monitor.PulseAll(runs);
        }
        if (Ended(Grace))
            return;
        relays.HangUp();
        if (!Ended(GraceOfLedger))
            ledger.GiveUp();
        foreach (var thread in threads ?? [])
            thread.Join();
    }

    private bool Ended(TimeSpan within)
    {
        var until = Environment.TickCount64 + (long)within.TotalMilliseconds;
        return (threads ?? []).All(thread => thread.Join(TimeSpan.FromMilliseconds(Math.Max(0, until - Environment.TickCount64))));
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

    private (ReaderMailRun Run, ReaderMailWork Work)? TryTakeMail()
    {
        if (!anyMails)
            return null;
        lock (runs)
        {
            (ReaderMailRun, ReaderMailWork)? taken = null;
            for (var index = 0; index < mails.Count && taken is null; index++)
            {
                if (mails[index].Take(throttle) is { } work)
                    taken = (mails[index], work);
                else if (mails[index].IsExhausted)
                    mails.RemoveAt(index--);
            }
            anyMails = mails.Count > 0;
            return taken;
        }
    }

    // Waits until there may be something to take. Returns false when the threads are to end.
    private bool Wait()
    {
        lock (runs)
        {
            if (runs.Count + mails.Count == 0 && !closing)
                Monitor.Wait(runs);
            else if (!closing)
                Monitor.Wait(runs, LookAgain);
            return !closing || runs.Count + mails.Count > 0;
        }
    }

    private void Run()
    {
        ledger.Expect(1);
        var sender = ActivatorUtilities.CreateInstance<DeliveryLoop>(services);
        var mailer = ActivatorUtilities.CreateInstance<ReaderMailLoop>(services, claims);
        while (true)
        {
            if (TryTakeMail() is var (readers, mail))
            {
                Record(sender); // before a relay gets other content
                mailer.Mail(readers, mail);
                throttle.Leave(mail);
                continue;
            }
            if (TryTake() is not { } next)
            {
                Record(sender); // before the thread waits for more deliveries
                ledger.Expect(-1);
                if (!Wait())
                    return;
                ledger.Expect(1);
                continue;
            }
            try
            {
                sender.Mail(next.Run, next.Work);
            }
            catch (Exception fault)
            {
                // A bug triggered by one message must not end the thread. The delivery stays claimed, and the next lease marks it as
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
