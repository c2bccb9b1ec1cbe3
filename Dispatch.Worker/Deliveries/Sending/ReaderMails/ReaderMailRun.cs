using Dispatch.Worker.Subscribers.Mails;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// A group of messages to individual readers that this process has claimed. The run is over when no message is under way, and no message is
/// left or the run was stopped. Messages to the same reader are sent one after the other.
/// </summary>
public sealed class ReaderMailRun
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeProvider clock;
    private readonly LinkedList<ReaderMailWork> left;
    private readonly HashSet<long> open;
    private readonly HashSet<long> readersUnderWay = [];
    private DateTimeOffset claimedUntil;
    private bool stopped;

    /// <param name="facts">The messages, and the data that they need.</param>
    /// <param name="claimedUntil">When the claims expire.</param>
    /// <param name="clock">The clock.</param>
    public ReaderMailRun(SubscriberMailFacts facts, DateTimeOffset claimedUntil, TimeProvider clock)
    {
        (this.clock, this.claimedUntil) = (clock, claimedUntil);
        var readAt = clock.GetTimestamp();
        left = new(facts.Mails.OrderBy(mail => mail.Kind is SubscriberMailKind.Confirmation).ThenBy(mail => mail.NextAttemptAt)
            .ThenBy(mail => mail.Id).Select(mail => new ReaderMailWork(mail, facts, readAt)));
        open = [.. facts.Mails.Select(mail => mail.Id)];
    }

    /// <summary>Completes when the run is over.</summary>
    public Task Over => over.Task;

    /// <summary>Whether the run was stopped. If so, no further message may begin.</summary>
    public bool IsStopped => Volatile.Read(ref stopped);

    /// <summary>The messages whose outcome is not recorded yet.</summary>
    public IReadOnlyList<long> Open
    {
        get
        {
            lock (over)
                return [.. open];
        }
    }

    /// <summary>The messages whose outcome is not recorded yet, and until when they are claimed.</summary>
    public (IReadOnlyList<long> Ids, DateTimeOffset Until) Claims
    {
        get
        {
            lock (over)
                return ([.. open], claimedUntil);
        }
    }

    /// <summary>Whether the claims are still valid. They may have expired while the process was suspended.</summary>
    public bool IsHeld
    {
        get
        {
            lock (over)
                return clock.GetUtcNow() < claimedUntil;
        }
    }

    internal bool IsExhausted
    {
        get
        {
            lock (over)
                return stopped || left.Count == 0;
        }
    }

    /// <summary>Notes that the claims were renewed.</summary>
    /// <param name="until">When they expire now.</param>
    /// <param name="held">The messages that are still claimed, or null for all. The others are left to whoever has claimed them.</param>
    internal void Renewed(DateTimeOffset until, IReadOnlySet<long>? held)
    {
        lock (over)
        {
            claimedUntil = until;
            if (held is null)
                return;
            open.IntersectWith(held);
            for (var next = left.First; next is not null;)
            {
                var one = next;
                next = next.Next;
                if (!held.Contains(one.Value.Mail.Id))
                    left.Remove(one);
            }
            EndIfOver();
        }
    }

    /// <summary>Takes the next message whose domain is not at its limit. Returns null if there is none at the moment.</summary>
    internal ReaderMailWork? Take(DomainThrottle throttle)
    {
        lock (over)
        {
            for (var next = stopped ? null : left.First; next is not null; next = next.Next)
                if (!readersUnderWay.Contains(next.Value.Mail.SubscriberId) && throttle.TryEnter(next.Value))
                {
                    left.Remove(next);
                    readersUnderWay.Add(next.Value.Mail.SubscriberId);
                    return next.Value;
                }
            return null;
        }
    }

    /// <summary>Call this once for each message taken from this run, when the message is finished.</summary>
    /// <param name="work">The message.</param>
    /// <param name="recorded">Whether the message's outcome is recorded and its claim has therefore ended.</param>
    internal void Settle(ReaderMailWork work, bool recorded)
    {
        lock (over)
        {
            readersUnderWay.Remove(work.Mail.SubscriberId);
            if (recorded)
                open.Remove(work.Mail.Id);
            EndIfOver();
        }
    }

    /// <summary>Stops the run. No further message is taken, and messages under way are finished.</summary>
    public void Stop()
    {
        lock (over)
        {
            stopped = true;
            EndIfOver();
        }
    }

    internal void EndIfOver()
    {
        lock (over)
            if (readersUnderWay.Count == 0 && IsExhausted)
                over.TrySetResult();
    }
}

/// <summary>A message to one reader that is about to be sent.</summary>
/// <param name="Mail">The message's row.</param>
/// <param name="Facts">The data that the message needs.</param>
/// <param name="ReadAt">When the data was read, by <see cref="TimeProvider.GetTimestamp"/>.</param>
public sealed record ReaderMailWork(SubscriberMail Mail, SubscriberMailFacts Facts, long ReadAt) : IThrottledMail
{
    byte[]? IThrottledMail.SealedAddress => Mail.SealedTo ?? Facts.SubscriberOf(Mail).SealedAddress;

    string? IThrottledMail.Domain { get; set; }

    string? IThrottledMail.EnteredAs { get; set; }
}
