using Dispatch.Worker.Relays;

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

    public static SubscriberMail Confirmation(Confirmation confirmation) => new()
    {
        Kind = SubscriberMailKind.Confirmation,
        SubscriberId = confirmation.SubscriberId,
        ConfirmationId = confirmation.Id,
        CreatedAt = confirmation.CreatedAt,
        UpdatedAt = confirmation.CreatedAt,
        NextAttemptAt = confirmation.CreatedAt,
    };

    public static SubscriberMail Welcome(Subscription subscription, DateTimeOffset now) => new()
    {
        Kind = SubscriberMailKind.Welcome,
        SubscriberId = subscription.SubscriberId,
        NewsletterId = subscription.NewsletterId,
        CreatedAt = now,
        UpdatedAt = now,
        NextAttemptAt = now,
    };

    /// <summary>
    /// Takes in the relay's reply. A relay's own fault is no attempt: the mail waits until the relay is back. A reply that a broken
    /// connection hid counts as "later": the same mail twice, under one Message-ID, is better than none.
    /// </summary>
    public void Record(SmtpReply reply, RetryPolicy retries, DateTimeOffset? relayBackAt, DateTimeOffset now)
    {
        (ReplyCode, EnhancedCode, ReplyText, UpdatedAt) = (reply.Code == 0 ? null : reply.Code, reply.EnhancedCode, reply.Text, now);
        if (reply.Kind is ReplyKind.RelayFault)
        {
            NextAttemptAt = relayBackAt ?? now + TimeSpan.FromSeconds(10);
            return;
        }
        Attempts++;
        if (reply.Kind is ReplyKind.Accepted)
            State = SubscriberMailState.Accepted;
        else if (reply.Kind is not ReplyKind.Permanent && retries.NextAttempt(Attempts, CreatedAt, now) is { } again)
            NextAttemptAt = again;
        else
            State = SubscriberMailState.Rejected;
    }

    /// <summary>There is nothing to say any more.</summary>
    public void Drop(DateTimeOffset now) => (State, UpdatedAt) = (SubscriberMailState.Dropped, now);
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
