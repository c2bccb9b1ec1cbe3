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
    /// <summary>After this many refusals in a row with one wording, other hosts are tried first.</summary>
    private const int SuspectAfter = 3;

    /// <summary>The same for refusals that name the mailbox, since an old list may have several dead mailboxes in a row.</summary>
    private const int SuspectMailboxesAfter = 10;

    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LinkedList<(string Key, Queue<DueDelivery> Waiting)> aside = []; // one queue for each provider or domain at its limit
    private readonly List<(long SubscriberId, DateTimeOffset Until)> putOff = [];
    private readonly List<HeldRefusal> held = [];
    private readonly Queue<DueDelivery> suspected = [];
    private readonly HashSet<string> suspects = [];
    private RefusedMail? suspicion;
    private bool triedOthers;
    private int next;
    private int underWay;
    private int begun;
    private bool stopped;

    public int IssueId => issueId;

    public int Chunk => chunk;

    /// <summary>The name under which the chunk is leased. A claim under any other name is refused.</summary>
    public string Lease => lease;

    public IssueMessage Message => message;

    /// <summary>
    /// Whether there is one relay alone. Of several, one that takes what another refuses tells more than other readers do.
    /// </summary>
    public bool RelayIsAlone { get; init; }

    /// <summary>
    /// Whether other chunks are still to be mailed and this one may wait for them. Otherwise a host that refuses a whole chunk can't be
    /// told from a relay that refuses everybody.
    /// </summary>
    public bool OthersCanTell { get; init; }

    /// <summary>Whether others are still to be mailed, here or in other chunks, before a host's refusals are judged.</summary>
    internal bool HasOthers
    {
        get
        {
            if (OthersCanTell || !RelayIsAlone)
                return OthersCanTell;
            lock (over)
                return !triedOthers && next < due.Count;
        }
    }

    /// <summary>Whether the run left its refused readers, and their host's others, pending until other chunks have been mailed.</summary>
    internal bool LeftToOthers { get; private set; }

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

    /// <summary>The deliveries that wait for the end of a provider's pause. They are no part of the run any more.</summary>
    internal IReadOnlyList<(long SubscriberId, DateTimeOffset Until)> PutOff
    {
        get
        {
            lock (over)
                return [.. putOff];
        }
    }

    /// <summary>Whether the run left deliveries that wait for a limit to another run, because other chunks need its place.</summary>
    internal bool LeftWaiting { get; private set; }

    /// <summary>Whether nothing is left but deliveries whose provider or domain is at its limit.</summary>
    internal bool OnlyWaits
    {
        get
        {
            lock (over)
                return !stopped && next >= due.Count && aside.Count > 0;
        }
    }

    /// <summary>Leaves the deliveries that wait for a limit to the next run over the chunk.</summary>
    internal void LeaveWaiting()
    {
        lock (over)
        {
            if (!OnlyWaits)
                return;
            LeftWaiting = true;
            aside.Clear();
            EndIfOver();
        }
    }

    /// <summary>
    /// Whether the run was stopped or no delivery is left to take. A delivery whose domain is at its limit still counts as left.
    /// </summary>
    internal bool IsExhausted
    {
        get
        {
            lock (over)
                return stopped || (next >= due.Count && aside.Count == 0 && suspected.Count == 0);
        }
    }

    /// <summary>Takes the next delivery that may be mailed. Returns null if there is none at the moment.</summary>
    internal DueDelivery? Take(DomainThrottle throttle)
    {
        lock (over)
        {
            if (stopped)
                return null;
            if ((TakeAside(throttle) ?? TakeNext(throttle) ?? TakeSuspected(throttle)) is { } taken)
            {
                underWay++;
                return taken;
            }
            EndIfOver(); // all that was left may have been put off
            return null;
        }
    }

    private DueDelivery? TakeAside(DomainThrottle throttle)
    {
        for (var one = aside.First; one is not null;)
        {
            var (place, waiting) = (one, one.Value.Waiting);
            one = one.Next;
            while (waiting.TryPeek(out var work) && throttle.PausedUntil(work) is { } until)
                putOff.Add((waiting.Dequeue().SubscriberId, until));
            var taken = waiting.TryPeek(out var first) && throttle.TryEnter(first) ? waiting.Dequeue() : null;
            if (waiting.Count == 0)
                aside.Remove(place);
            if (taken is not null)
                return taken;
        }
        return null;
    }

    private DueDelivery? TakeNext(DomainThrottle throttle)
    {
        while (next < due.Count)
        {
            var work = due[next++];
            if (throttle.PausedUntil(work) is { } until)
                putOff.Add((work.SubscriberId, until));
            else if (suspects.Count > 0 && suspects.Contains(throttle.KeyOf(work)))
                suspected.Enqueue(work);
            else if (throttle.TryEnter(work))
                return work;
            else
                Aside(throttle.KeyOf(work)).Enqueue(work);
        }
        return null;
    }

    // When what becomes of all others is known.
    private DueDelivery? TakeSuspected(DomainThrottle throttle)
    {
        if (underWay > 0 || next < due.Count || aside.Count > 0 || suspected.Count == 0)
            return null;
        if (OthersCanTell && suspicion is { } refusal && !refusal.Relay.HasAccepted(issueId))
        {
            suspected.Clear();
            LeftToOthers = true;
            return null;
        }
        (triedOthers, next) = (true, due.Count);
        suspects.Clear();
        while (suspected.TryDequeue(out var work))
            Aside(throttle.KeyOf(work)).Enqueue(work);
        return TakeAside(throttle);
    }

    private Queue<DueDelivery> Aside(string key)
    {
        foreach (var (known, waiting) in aside)
            if (known == key)
                return waiting;
        return aside.AddLast((key, new Queue<DueDelivery>())).Value.Waiting;
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

    /// <summary>
    /// Puts the rest of a host's deliveries behind all others, once: it has refused several messages, and the others tell whether that is
    /// the host's doing or the relay's.
    /// </summary>
    internal void Suspect(RefusedMail refusal)
    {
        if (refusal.Who.Host is not { } host
            || refusal.Relay.InRowWith(refusal) < (refusal.Reply.About is ReplyAbout.Mailbox ? SuspectMailboxesAfter : SuspectAfter))
            return;
        lock (over)
            if (!triedOthers && suspects.Add(host))
                suspicion = refusal;
    }

    /// <summary>
    /// Leaves the run's refusals undecided until other chunks have been mailed, if all come from one host and the relay has not accepted
    /// the issue for anybody yet, or if the run has left a suspected host's deliveries to them before. Returns whether it did so.
    /// </summary>
    internal bool LeaveToOthers(IReadOnlyList<HeldRefusal> open)
    {
        LeftToOthers |= OthersCanTell && open is [{ Mail: { Who.Host: { } host } first }, ..]
            && open.All(one => one.Mail.Fate is RefusalFate.Open && one.Mail.Who.Host == host)
            && (open.Count >= SuspectMailboxesAfter || open.Any(one => one.Mail.Reply.About is not ReplyAbout.Mailbox))
            && !first.Relay.HasAccepted(issueId);
        return LeftToOthers;
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
