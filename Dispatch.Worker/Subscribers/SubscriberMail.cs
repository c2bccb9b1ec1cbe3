namespace Dispatch.Worker.Subscribers;

/// <summary>
/// A mail owed to one reader outside any issue, queued in the same transaction as what causes it. It is rendered only
/// when it is sent, so neither this row nor a job argument holds a token or an address.
/// </summary>
public class SubscriberMail
{
    public long Id { get; set; }
    public SubscriberMailKind Kind { get; set; }
    public long SubscriberId { get; set; }

    /// <summary>The sign-up a confirmation mail is about.</summary>
    public long? ConfirmationId { get; set; }

    /// <summary>The newsletter a welcome is about.</summary>
    public int? NewsletterId { get; set; }
    public SubscriberMailState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>When it is due, or due again; a sender moves it on before it begins, so that no second one begins too.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }
    public int? ReplyCode { get; set; }
    public string? EnhancedCode { get; set; }

    /// <summary>The last reply's text with the reader's address taken out.</summary>
    public string? ReplyText { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }
}

public enum SubscriberMailKind
{
    Confirmation,
    Welcome,
}

public enum SubscriberMailState
{
    Waiting,
    Accepted,
    Rejected,

    /// <summary>Nothing to send any more: confirmed, unsubscribed or expired meanwhile.</summary>
    Dropped,
}
