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
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset? ConfirmedAt { get; set; }
    public DateTimeOffset? UnsubscribedAt { get; set; }

    /// <summary>Takes in the reader's own confirmation. False when it was confirmed already.</summary>
    public bool Confirm(DateTimeOffset now)
    {
        if (State is SubscriptionState.Confirmed)
            return false;
        State = SubscriptionState.Confirmed;
        ConfirmedAt = now;
        UnsubscribedAt = null;
        return true;
    }

    /// <summary>Ends it at the reader's wish. False when it had ended already.</summary>
    public bool Unsubscribe(DateTimeOffset now)
    {
        if (State is SubscriptionState.Unsubscribed)
            return false;
        State = SubscriptionState.Unsubscribed;
        UnsubscribedAt = now;
        return true;
    }
}

public enum SubscriptionState
{
    Pending,
    Confirmed,
    Unsubscribed,
}
