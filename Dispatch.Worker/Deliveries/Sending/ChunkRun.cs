using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// One run over what is due in a chunk. The sending threads take its deliveries one by one; it is over when none is left, or it was
/// stopped, and everything taken has been settled in the ledger.
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

    /// <summary>The name that the chunk is leased under: claims are refused to any other.</summary>
    public string Lease => lease;

    public IssueMessage Message => message;

    /// <summary>What made it stop, or is holding one of its deliveries back; null when nothing did.</summary>
    public SmtpReply? LastError { get; private set; }

    /// <summary>Completes when nothing of it is under way any more, and nothing more will be.</summary>
    public Task Over => over.Task;

    /// <summary>How many mails were given to a relay; those held back by us, or by the relay's fault, don't count.</summary>
    public int Begun => Volatile.Read(ref begun);

    /// <summary>Whether nothing more may begin.</summary>
    public bool IsStopped => Volatile.Read(ref stopped);

    /// <summary>Whether nothing is left to take; deliveries waiting for their domain still are.</summary>
    internal bool IsExhausted
    {
        get
        {
            lock (over)
                return stopped || (next >= due.Count && aside.Count == 0);
        }
    }

    /// <summary>The next delivery that may be mailed; null when there is none at the moment.</summary>
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

    /// <summary>The refusals that are still to be settled: see <see cref="Decisions.RefusedDeliveries"/>.</summary>
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

    /// <summary>A delivery that was taken is now in the ledger, or its claim was not granted.</summary>
    internal void Settle()
    {
        lock (over)
        {
            underWay--;
            EndIfOver();
        }
    }

    /// <summary>Nothing more is taken from it; what is under way is finished.</summary>
    public void Stop(SmtpReply? trouble = null)
    {
        lock (over)
        {
            stopped = true;
            LastError ??= trouble;
            EndIfOver();
        }
    }

    /// <summary>Something a person has to know about holds a delivery back; the others go on.</summary>
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
/// <param name="Work">Whose it was.</param>
/// <param name="IsOpen">The row waits, pending, for what the refusal means; false: it got another outcome, e.g. from another relay.</param>
internal sealed record HeldRefusal(RefusedMail Mail, DueDelivery Work, bool IsOpen);
