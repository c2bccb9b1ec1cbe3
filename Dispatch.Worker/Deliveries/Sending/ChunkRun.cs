using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// One run over the deliveries that are due in a chunk. The run is over when it has been stopped or has no delivery left to take, and every
/// delivery taken has been settled in the ledger.
/// </summary>
public sealed class ChunkRun(int issueId, int chunk, string lease, IssueMessage message, IReadOnlyList<DueDelivery> due)
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LinkedList<DueDelivery> aside = [];
    private readonly List<HeldRefusal> held = [];
    private int next;
    private int underWay;
    private int begun;
    private bool stopped;

    public int IssueId => issueId;

    public int Chunk => chunk;

    /// <summary>The name under which the chunk is leased. A claim under any other name is refused.</summary>
    public string Lease => lease;

    public IssueMessage Message => message;

    /// <summary>What the providers have answered to the run's messages.</summary>
    internal RunAnswers Answers { get; } = new();

    /// <summary>The reply that stopped the run or holds one of its deliveries back, or null if there is none.</summary>
    public SmtpReply? LastError { get; private set; }

    /// <summary>Completes when the run is over.</summary>
    public Task Over => over.Task;

    /// <summary>The number of messages given to a relay. A message whose delivery is pending again afterwards doesn't count.</summary>
    public int Begun => Volatile.Read(ref begun);

    /// <summary>Whether the run was stopped. If so, no further delivery may begin.</summary>
    public bool IsStopped => Volatile.Read(ref stopped);

    /// <summary>
    /// Whether the run was stopped or no delivery is left to take. A delivery whose domain is at its limit still counts as left.
    /// </summary>
    internal bool IsExhausted
    {
        get
        {
            lock (over)
                return stopped || (next >= due.Count && aside.Count == 0);
        }
    }

    /// <summary>Takes the next delivery that may be mailed. Returns null if there is none at the moment.</summary>
    internal DueDelivery? Take(DomainThrottle throttle)
    {
        lock (over)
        {
            if (stopped)
                return null;
            for (var waiting = aside.First; waiting is not null; waiting = waiting.Next)
                if (throttle.TryEnter(waiting.Value))
                {
                    aside.Remove(waiting);
                    underWay++;
                    return waiting.Value;
                }
            while (next < due.Count)
            {
                var work = due[next++];
                if (throttle.TryEnter(work))
                {
                    underWay++;
                    return work;
                }
                aside.AddLast(work);
            }
            return null;
        }
    }

    /// <summary>The refusals that <see cref="Decisions.RefusedDeliveries"/> settles when the run is over.</summary>
    internal IReadOnlyList<HeldRefusal> Held
    {
        get
        {
            lock (over)
                return [.. held];
        }
    }

    internal void Hold(RefusedMail refusal, DueDelivery work, bool isOpen)
    {
        lock (over)
            held.Add(new HeldRefusal(refusal, work, isOpen));
    }

    internal void Began() => Interlocked.Increment(ref begun);

    /// <summary>Call this once for each delivery taken from this run, after its outcome was recorded or its claim was refused.</summary>
    internal void Settle()
    {
        lock (over)
        {
            underWay--;
            EndIfOver();
        }
    }

    /// <summary>Stops the run. No further delivery begins, but deliveries under way are finished.</summary>
    public void Stop(SmtpReply? trouble = null)
    {
        lock (over)
        {
            stopped = true;
            LastError ??= trouble;
            EndIfOver();
        }
    }

    /// <summary>Notes a problem that holds one delivery back and that a person has to know about. The run continues.</summary>
    public void Tell(SmtpReply trouble)
    {
        lock (over)
            LastError ??= trouble;
    }

    internal void EndIfOver()
    {
        lock (over)
            if (underWay == 0 && IsExhausted)
                over.TrySetResult();
    }
}

/// <summary>A refusal that a run received.</summary>
/// <param name="Mail">The refusal.</param>
/// <param name="Work">The refused delivery.</param>
/// <param name="IsOpen">
/// Whether the row is pending until the refusal is settled. False if the delivery got another outcome, for example from another relay.
/// </param>
internal sealed record HeldRefusal(RefusedMail Mail, DueDelivery Work, bool IsOpen);
