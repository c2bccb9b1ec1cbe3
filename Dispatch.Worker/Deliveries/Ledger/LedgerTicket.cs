namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// What one connection asks of the ledger at a time: to record the outcome of its last mail, to claim its next, or both; the answer is
/// durable. Each connection reuses one object for its whole life.
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

    /// <summary>Waits until the request is committed. The answer stays until the next request.</summary>
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
