namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// What one connection asks of the ledger at a time: to record what became of its last mail, and to claim its next. Both or either;
/// the answer is durable. An object serves its connection for good.
/// </summary>
public sealed class LedgerTicket
{
    private readonly object gate = new(); // a Lock can't be waited on
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

    /// <summary>Waits until it is written down. The answer stays until the next question.</summary>
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
