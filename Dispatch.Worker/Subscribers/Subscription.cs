using Dispatch.Worker.Database;

namespace Dispatch.Worker.Subscribers;

/// <summary>One reader's wish to get one newsletter.</summary>
public class Subscription
{
    public long Id { get; set; }
    public long SubscriberId { get; set; }
    public int NewsletterId { get; set; }
    public SubscriptionState State { get; set; }

    /// <summary>Where it came from, as in <c>form</c>, <c>api</c>, <c>import</c>.</summary>
    public string Source { get; set; } = "form";

    /// <summary>The day it was asked for: by the sign-up that was confirmed last, or the first one where none was.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The day its reader confirmed it.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>
    /// Which <see cref="SignUp.ConsentText"/> its reader saw when they confirmed; null if they confirmed elsewhere, or before the wording
    /// was recorded.
    /// </summary>
    public string? ConsentVersion { get; set; }

    /// <summary>The instant for as long as it can be undone, then the day.</summary>
    public DateTimeOffset? UnsubscribedAt { get; set; }

    /// <summary>
    /// No issue goes out to this reader before then; null: none is held back. Cleared once that time has come, and once an unsubscription
    /// can no longer be undone: until then it is what the reader comes back to.
    /// </summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Whether the reader said why they left, not what they said: a reason is counted once, and kept apart from them.</summary>
    public bool SaidWhy { get; set; }

    /// <summary>Records the reader's own confirmation. False when it was confirmed already.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="consent">The version of the wording that they saw.</param>
    public bool Confirm(DateTimeOffset now, string? consent)
    {
        if (State is SubscriptionState.Confirmed)
            return false;
        State = SubscriptionState.Confirmed;
        (ConfirmedAt, ConsentVersion) = (RoundedInstants.DayOf(now), consent);
        (UnsubscribedAt, PausedUntil, SaidWhy) = (null, null, false);
        return true;
    }

    /// <summary>Ends it at the reader's request. False when it had ended already.</summary>
    public bool Unsubscribe(DateTimeOffset now)
    {
        if (State is SubscriptionState.Unsubscribed)
            return false;
        State = SubscriptionState.Unsubscribed;
        (UnsubscribedAt, SaidWhy) = (now, false);
        return true;
    }

    /// <summary>How long after an unsubscription it can be undone.</summary>
    public static readonly TimeSpan CanBeUndoneFor = TimeSpan.FromDays(1);

    /// <summary>
    /// Undoes the unsubscription: everything is as it was before, including a pause. False when it has not ended, or ended too long ago.
    /// </summary>
    public bool Undo(DateTimeOffset now)
    {
        if (State is not SubscriptionState.Unsubscribed || UnsubscribedAt is not { } ended || ended + CanBeUndoneFor < now)
            return false;
        State = SubscriptionState.Confirmed;
        ConfirmedAt ??= RoundedInstants.DayOf(now);
        UnsubscribedAt = null;
        return true;
    }
}

public enum SubscriptionState
{
    Pending,
    Confirmed,
    Unsubscribed,
}
