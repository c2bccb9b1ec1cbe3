using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The one hand that writes the ledger's hot path. Every connection has its mail's outcome and its next claim committed together
/// before it gives the relay another content, and yet there is no transaction for each: what the connections hand in while one
/// transaction runs goes together into the next. So a crash hides one mail a connection at most, and those are the rows left in
/// <see cref="DeliveryState.Claimed"/>. While the database can't be reached, the connections wait here with their outcomes. What the
/// database refuses for its content is written by itself, so that it holds up nobody else.
/// </summary>
public sealed class LedgerWriter(IDbContextFactory<DispatchDb> databases, TimeProvider clock, ILogger<LedgerWriter> log) : IDisposable
{
    private const int LargestGroup = 500;

    // Each connection has the relay's answer to its envelope to wait for while the ledger is written, so the writer may wait for a few
    // more of them: fewer transactions, for no time of theirs.
    private const int ShareToGather = 3;
    private const int GatherMilliseconds = 1;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock starting = new();
    private readonly object waiting = new(); // a Lock can't be waited on
    private List<LedgerTicket> asked = [];
    private readonly ManualResetEvent closing = new(false);
    private Thread? thread;
    private LedgerConnection? connection;
    private int mailing;
    private bool closed;

    /// <summary>A connection begins to mail, or ends: so the writer knows how many will come.</summary>
    public void Expect(int connections) => Interlocked.Add(ref mailing, connections);

    /// <summary>Hands in what became of one mail and the next claim; <see cref="LedgerTicket.Wait"/> waits for the answer.</summary>
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
    /// Writes what has been handed in, and ends; it does not wait for a database that is away for longer than five seconds.
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
        // Told apart before anybody is answered: whoever is asks the next thing at once, and a last outcome must not be taken for written
        // because the ticket it is on has just been answered for something else.
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
                // A commit whose answer was lost is repeated: outcomes come to the same, and a claim of ours that went through
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
                // Something in it is refused, or a fault of ours: it must not take the others along.
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

    // What a mail's reply says may be missing, what became of the mail may not: with its words left out, and if that is refused too
    // as one that a person decides about, so that it is never mailed again by itself. The claim after it is refused: the run stops.
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
