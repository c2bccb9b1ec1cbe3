using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The only writer of claims and outcomes. A connection hands in the outcome of its last message together with its next claim, and sends no
/// further content until both are committed. A crash therefore hides the outcome of at most one message per connection, and leaves its row
/// in <see cref="DeliveryState.Claimed"/>.
/// </summary>
/// <remarks>
/// Requests that arrive during one transaction are committed together in the next. While the database can't be reached, the connections
/// wait here with their outcomes.
/// </remarks>
public sealed class LedgerWriter(IDbContextFactory<DispatchDb> databases, TimeProvider clock, ILogger<LedgerWriter> log) : IDisposable
{
    private const int LargestGroup = 500;

    // Before it begins a transaction, the writer waits for requests from a third of the connections. This costs the connections no time,
    // since each is also waiting for the relay's reply to its envelope.
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

    /// <summary>
    /// Tells the writer that more connections are mailing or, with a negative number, that fewer are. The writer then knows how many
    /// requests to expect.
    /// </summary>
    public void Expect(int connections) => Interlocked.Add(ref mailing, connections);

    /// <summary>Hands in the outcome of one message and the next claim; <see cref="LedgerTicket.Wait"/> waits for the answer.</summary>
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

    /// <summary>Stops waiting for an unreachable database. What could not be written is lost, as in a crash.</summary>
    public void GiveUp() => closing.Set();

    /// <summary>
    /// Writes the requests that have been handed in, and ends the thread. Waits at most five seconds for an unreachable database.
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
            GiveUp();
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
        // The tickets are sorted before any ticket is answered, because a connection that has its answer may reuse its ticket at once.
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
                // The transaction may have been committed although the answer was lost, so it is repeated. Recording an outcome twice has
                // the same effect as once. A claim that was already committed is answered Stop, and the next lease resolves its row.
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
                // The database refuses the content of one request, or we have a bug. Each request is now written alone, so the others
                // succeed.
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

    // Writes the outcome of a request that the database refuses: first without the wording of the reply and, if that fails, as uncertain,
    // for a person to decide. The claim in the request is refused, and the run stops.
    private void Write(LedgerTicket ticket, Exception why)
    {
        if (ticket.Done is { } done)
        {
            log.LogError("Issue {Issue}, subscriber {Subscriber}: the outcome can't be recorded as it is: {Fault}",
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
