using Dispatch.Worker.Database;

namespace Dispatch.Worker.Subscribers;

/// <summary>One reader's subscription to one newsletter.</summary>
public class Subscription
{
    public long Id { get; set; }
    public long SubscriberId { get; set; }
    public int NewsletterId { get; set; }
    public SubscriptionState State { get; set; }

    /// <summary>The origin of the subscription, such as <c>form</c>, <c>api</c>, <c>import</c>.</summary>
    public string Source { get; set; } = "form";

    /// <summary>The day of the sign-up that was confirmed last, or of the first sign-up if none was confirmed.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The day on which the reader confirmed, or null if never.</summary>
    public DateTimeOffset? ConfirmedAt { get; set; }

    /// <summary>
    /// The version of the <see cref="SignUp.ConsentText"/> that the reader saw when confirming. Null if the reader confirmed elsewhere, or
    /// before versions were recorded.
    /// </summary>
    public string? ConsentVersion { get; set; }

    /// <summary>When the reader unsubscribed. Reduced to the day once the reader can no longer undo this.</summary>
    public DateTimeOffset? UnsubscribedAt { get; set; }

    /// <summary>
    /// The end of the reader's pause, or null if there is none. An ended pause is cleared. An unsubscription keeps the pause, so undoing it
    /// can restore the pause.
    /// </summary>
    public DateTimeOffset? PausedUntil { get; set; }

    /// <summary>Whether the reader gave a reason for leaving. The reason itself is only counted.</summary>
    public bool SaidWhy { get; set; }

    /// <summary>Records the reader's own confirmation. Returns false if the subscription was already confirmed.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="consent">The version of the wording that the reader saw.</param>
    public bool Confirm(DateTimeOffset now, string? consent)
    {
        if (State is SubscriptionState.Confirmed)
            return false;
        State = SubscriptionState.Confirmed;
        (ConfirmedAt, ConsentVersion) = (RoundedInstants.DayOf(now), consent);
        (UnsubscribedAt, PausedUntil, SaidWhy) = (null, null, false);
        return true;
    }

    /// <summary>Ends the subscription at the reader's request. Returns false if it had already ended.</summary>
    public bool Unsubscribe(DateTimeOffset now)
    {
        if (State is SubscriptionState.Unsubscribed)
            return false;
        State = SubscriptionState.Unsubscribed;
        (UnsubscribedAt, SaidWhy) = (now, false);
        return true;
    }

    /// <summary>How long an unsubscription can be undone.</summary>
    public static readonly TimeSpan CanBeUndoneFor = TimeSpan.FromDays(1);

    /// <summary>Whether the subscription ended so recently that this can still be undone.</summary>
    internal bool CanBeUndone(DateTimeOffset now) =>
        State is SubscriptionState.Unsubscribed && UnsubscribedAt is { } ended && ended + CanBeUndoneFor >= now;

    /// <summary>
    /// Undoes the unsubscription and restores any pause. Returns false if the subscription has not ended, or ended too long ago.
    /// </summary>
    public bool Undo(DateTimeOffset now)
    {
        if (!CanBeUndone(now))
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
