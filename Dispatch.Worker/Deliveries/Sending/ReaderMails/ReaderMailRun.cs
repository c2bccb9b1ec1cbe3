using Dispatch.Worker.Subscribers.Mails;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// A group of messages to single readers that this process has claimed. The sending threads take them one by one. The run is over when no
/// message is left or the run was stopped, and the outcome of every message taken is recorded. Several messages to one reader are sent one
/// after the other.
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

    /// <param name="facts">The messages, and what they depend on.</param>
    /// <param name="claimedUntil">How long the claims last.</param>
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

    /// <summary>Whether the run was stopped, so that no further message may begin.</summary>
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

    /// <summary>Whether a message may still be sent: a process that was suspended past the end of its claims has lost them.</summary>
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

    internal void Renewed(DateTimeOffset until)
    {
        lock (over)
            claimedUntil = until;
    }

    /// <summary>Takes the next message whose domain is not at its limit; null when there is none at the moment.</summary>
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

    /// <summary>Notes that a message taken from this run is done with.</summary>
    /// <param name="work">The message.</param>
    /// <param name="recorded">Whether its outcome is recorded, so that its claim has ended.</param>
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

    /// <summary>Stops the run: no further message is taken, and those under way are finished.</summary>
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
/// <param name="Facts">What the message says and depends on.</param>
/// <param name="ReadAt">When this was read, by <see cref="TimeProvider.GetTimestamp"/>.</param>
public sealed record ReaderMailWork(SubscriberMail Mail, SubscriberMailFacts Facts, long ReadAt) : IThrottledMail
{
    byte[]? IThrottledMail.SealedAddress => Mail.SealedTo ?? Facts.SubscriberOf(Mail).SealedAddress;

    string? IThrottledMail.Domain { get; set; }
}
