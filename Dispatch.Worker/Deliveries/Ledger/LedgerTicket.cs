namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// A connection's request to the ledger: to record the outcome of its last message, to claim its next delivery, or both. Each connection
/// reuses one ticket for its whole life.
/// </summary>
public sealed class LedgerTicket
{
    private readonly object gate = new(); // Monitor.Wait doesn't work on a Lock
    private Exception? fault;
    private ClaimResult answer;
    private bool answered = true;

    internal Outcome? Done { get; private set; }
    internal Claim? Next { get; private set; }

    internal void Ask(Outcome? done, Claim? next)
    {
        lock (gate)
            (Done, Next, fault, answered) = (done, next, null, false);
    }

    /// <summary>Waits until the request is committed, and returns the result of its claim.</summary>
    public ClaimResult Wait()
    {
        lock (gate)
        {
            while (!answered)
                Monitor.Wait(gate);
            return fault is null ? answer : throw new InvalidOperationException("The ledger was not written.", fault);
        }
    }

    internal void Answer(ClaimResult given, Exception? with = null)
    {
        lock (gate)
        {
            (answer, fault, answered) = (given, with, true);
            Monitor.Pulse(gate);
        }
    }
}
