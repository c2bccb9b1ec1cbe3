using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The only writer of the ledger's hot path. Every connection has its mail's outcome and its next claim committed together before it gives
/// the relay another mail's content, yet they don't each need a transaction: whatever the connections hand in while one transaction runs
/// goes into the next together. So a crash hides at most one mail per connection, and those are the rows left in
/// <see cref="DeliveryState.Claimed"/>. While the database can't be reached, the connections wait here with their outcomes. What the
/// database refuses because of its content is written separately, so that it holds up nothing else.
/// </summary>
public sealed class LedgerWriter(IDbContextFactory<DispatchDb> databases, TimeProvider clock, ILogger<LedgerWriter> log) : IDisposable
{
    private const int LargestGroup = 500;

    // Each connection has to wait for the relay's reply to its envelope while the ledger is written, so the writer can wait for a few more
    // of them: fewer transactions, at no cost in time to them.
    private const int ShareToGather = 3;
    private const int GatherMilliseconds = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock starting = new();
    private readonly object waiting = new(); // Monitor.Wait doesn't work on a Lock
    private List<LedgerTicket> asked = [];
    private readonly ManualResetEvent closing = new(false);
    private Thread? thread;
    private LedgerConnection? connection;
    private int mailing;
    private bool closed;

    /// <summary>A connection starts mailing, or stops: this tells the writer how many to expect.</summary>
    public void Expect(int connections) => Interlocked.Add(ref mailing, connections);

    /// <summary>Hands in the outcome of one mail and the next claim; <see cref="LedgerTicket.Wait"/> waits for the answer.</summary>
    public void Submit(LedgerTicket ticket, Outcome? done, Claim? next)
    {
        ticket.Ask(done, next);
        Start();
        lock (waiting)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            asked.Add(ticket);
            if (asked.Count == 1 || asked.Count >= Volatile.Read(ref mailing) / ShareToGather)
                Monitor.Pulse(waiting);
        }
    }

    /// <summary>
    /// Writes what has been handed in, and ends; it waits at most five seconds for an unreachable database.
    /// </summary>
    public void Dispose()
    {
        lock (waiting)
        {
            closed = true;
            Monitor.PulseAll(waiting);
        }
        if (thread is not null && !thread.Join(TimeSpan.FromSeconds(5)))
        {
            closing.Set();
            thread.Join();
        }
        closing.Dispose();
    }

    private void Start()
    {
        if (thread is not null)
            return;
        lock (starting)
        {
            if (thread is not null)
                return;
            var writer = new Thread(Write) { Name = "ledger", IsBackground = true };
            writer.Start();
            thread = writer;
        }
    }

    private void Write()
    {
        var group = new List<LedgerTicket>(64);
        while (Next(ref group))
        {
            for (var from = 0; from < group.Count; from += LargestGroup)
                Write(group.GetRange(from, Math.Min(LargestGroup, group.Count - from)));
            group.Clear();
        }
        connection?.Dispose();
    }

    private bool Next(ref List<LedgerTicket> group)
    {
        lock (waiting)
        {
            while (asked.Count == 0)
            {
                if (closed)
                    return false;
                Monitor.Wait(waiting);
            }
            if (asked.Count < Volatile.Read(ref mailing) / ShareToGather && !closed)
                Monitor.Wait(waiting, GatherMilliseconds);
            (group, asked) = (asked, group);
            return true;
        }
    }

    private void Write(List<LedgerTicket> group)
    {
        var outcomes = group.Where(ticket => ticket.Done is not null).Select(ticket => ticket.Done!).ToList();
        // Sorted before anybody is answered: a connection makes its next request as soon as it has its answer, and a final outcome must not
        // be taken for written because its ticket has just been answered for an earlier request.
        var claiming = group.Where(ticket => ticket.Next is not null).ToList();
        var recording = group.Where(ticket => ticket.Next is null).ToList();
        while (true)
        {
            try
            {
                connection ??= Open();
                var answers = connection.Exchange(outcomes, [.. claiming.Select(ticket => ticket.Next!)], clock.GetUtcNow());
                for (var index = 0; index < claiming.Count; index++)
                    claiming[index].Answer(answers[index]);
                foreach (var ticket in recording)
                    ticket.Answer(ClaimResult.Stop);
                return;
            }
            catch (Exception fault) when (TransientErrors.Is(fault))
            {
                // A commit whose answer was lost is repeated: outcomes have the same effect twice, and a claim of ours that went through
                // finds its row claimed by this run and is answered Stop; the next lease sorts it out.
                log.LogError("The ledger can't be written ({Outcomes} outcomes wait): {Fault}", outcomes.Count, fault.Message);
                Reopen();
                if (closing.WaitOne(Pause))
                {
                    Fail(group, fault);
                    return;
                }
            }
            catch (Exception fault)
            {
                // The database refuses something in it, or we have a bug: it must not take the others down with it.
                Reopen();
                if (group.Count > 1)
                    foreach (var ticket in group)
                        Write([ticket]);
                else
                    Write(group[0], fault);
                return;
            }
        }
    }

    // The wording of a mail's reply may be lost, its outcome may not: it is recorded without the wording or, if that is refused too, as one
    // that a person decides about, so that it is never mailed again automatically. The claim after it is refused: the run stops.
    private void Write(LedgerTicket ticket, Exception why)
    {
        if (ticket.Done is { } done)
        {
            log.LogError("Issue {Issue}, subscriber {Subscriber}: what became of the mail can't be recorded as it is: {Fault}",
                done.IssueId, done.SubscriberId, why.Message);
            var plain = done with { Reply = done.Reply is { } reply ? reply with { EnhancedCode = null, Text = "" } : null };
            if (!TryRecord(plain) && !TryRecord(
                done with { State = DeliveryState.Uncertain, NextAttemptAt = null, Uncertain = true, Reply = null, Reason = null }))
                log.LogError("Issue {Issue}, subscriber {Subscriber}: nothing at all can be recorded", done.IssueId, done.SubscriberId);
        }
        ticket.Answer(ClaimResult.Stop, why);
    }

    private bool TryRecord(Outcome outcome)
    {
        while (true)
        {
            try
            {
                connection ??= Open();
                connection.Exchange([outcome], [], clock.GetUtcNow());
                return true;
            }
            catch (Exception fault)
            {
                Reopen();
                if (!TransientErrors.Is(fault) || closing.WaitOne(Pause))
                    return false;
            }
        }
    }

    private LedgerConnection Open()
    {
        var db = databases.CreateDbContext();
        try
        {
            return db.OpenLedger();
        }
        catch
        {
            db.Dispose();
            throw;
        }
    }

    private void Reopen()
    {
        connection?.Dispose();
        connection = null;
    }

    private static void Fail(List<LedgerTicket> group, Exception fault)
    {
        foreach (var ticket in group)
            ticket.Answer(ClaimResult.Stop, fault);
    }
}
