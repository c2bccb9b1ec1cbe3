using Dispatch.Worker.Addresses;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// A message to one reader that belongs to no issue. It is queued in the transaction that causes it, and written only when it is sent. So
/// its row contains neither the text nor a token.
/// </summary>
public class SubscriberMail
{
    public long Id { get; set; }
    public SubscriberMailKind Kind { get; set; }
    public long SubscriberId { get; set; }

    /// <summary>The sign-up that a confirmation message asks about, or that a welcome follows.</summary>
    public long? ConfirmationId { get; set; }

    /// <summary>The newsletter of a welcome, or the first one if several were confirmed together.</summary>
    public int? NewsletterId { get; set; }

    /// <summary>The one-time link in the message, or null if there is none.</summary>
    public long? OneTimeLinkId { get; set; }

    /// <summary>
    /// The sealed address to send to, if it isn't the reader's current address. Cleared once the message has been sent or given up.
    /// </summary>
    public byte[]? SealedTo { get; set; }
    public SubscriberMailState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>When the message was first tried at a relay, or null if never. Retries are counted from this time.</summary>
    public DateTimeOffset? FirstAttemptAt { get; set; }

    /// <summary>When the message is due.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>
    /// The time until which one run claims the message, or null if it is unclaimed. No other run sends the message during this time. The
    /// run renews its claim while it lives.
    /// </summary>
    public DateTimeOffset? ClaimedUntil { get; set; }
    public int? ReplyCode { get; set; }
    public string? EnhancedCode { get; set; }

    /// <summary>The text of the last reply, without the reader's address. Null if the message was accepted.</summary>
    public string? ReplyText { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public static SubscriberMail Confirmation(Confirmation confirmation) =>
        About(confirmation, SubscriberMailKind.Confirmation, confirmation.CreatedAt);

    public static SubscriberMail Reminder(Confirmation confirmation, DateTimeOffset now) =>
        About(confirmation, SubscriberMailKind.Reminder, now);

    /// <summary>Returns the welcome for all newsletters that were confirmed together.</summary>
    public static SubscriberMail Welcome(Subscription first, Confirmation? confirmation, DateTimeOffset now)
    {
        var mail = Now(SubscriberMailKind.Welcome, first.SubscriberId, now);
        (mail.NewsletterId, mail.ConfirmationId) = (first.NewsletterId, confirmation?.Id);
        return mail;
    }

    /// <summary>Returns the message for a sign-up whose newsletters the reader already gets.</summary>
    public static SubscriberMail AlreadyThere(long subscriberId, DateTimeOffset now) =>
        Now(SubscriberMailKind.AlreadyThere, subscriberId, now);

    /// <summary>
    /// Returns the message with a one-time link. It goes to the new address if the link confirms one, otherwise to the reader's address.
    /// </summary>
    public static SubscriberMail Bringing(OneTimeLink link)
    {
        var mail = Now(link.Purpose is OneTimeLinkPurpose.Address ? SubscriberMailKind.AddressCheck
            : SubscriberMailKind.OneTimeLink, link.SubscriberId, link.CreatedAt);
        (mail.OneTimeLinkId, mail.SealedTo) = (link.Id, link.SealedAddress);
        return mail;
    }

    /// <summary>Returns the notice of a changed address, for the reader's old address.</summary>
    public static SubscriberMail AddressChanged(long subscriberId, byte[] sealedFormerAddress, DateTimeOffset now)
    {
        var mail = Now(SubscriberMailKind.AddressChanged, subscriberId, now);
        mail.SealedTo = sealedFormerAddress;
        return mail;
    }

    /// <summary>
    /// Whether the message only asks its recipient to confirm (<see cref="Suppressions.MayBeMailed"/>). False for a reminder, because it
    /// also puts pressure on the recipient.
    /// </summary>
    public bool Asks => Kind is SubscriberMailKind.Confirmation or SubscriberMailKind.AddressCheck;

    /// <summary>Returns the keyed hash of the address to send to.</summary>
    public byte[] AddressHashFrom(Subscriber subscriber, KeyRing ring) =>
        SealedTo is null ? subscriber.AddressHash : ring.HashOf(AddressFrom(subscriber, ring));

    public EmailAddress AddressFrom(Subscriber subscriber, KeyRing ring) =>
        SealedTo is null ? subscriber.AddressFrom(ring) : EmailAddress.Parse(ring.Open(SealedTo, Subscriber.AddressPurpose));

    /// <summary>Records the relay's reply. A fault of the relay itself is not counted as an attempt.</summary>
    /// <remarks>
    /// A permanent refusal that doesn't concern the mailbox is retried, because it probably concerns us as the sender and somebody may fix
    /// the cause. A lost reply counts as a deferral: a message that arrives twice, under one Message-ID, is better than none.
    /// </remarks>
    public void Record(SmtpReply reply, RetryPolicy retries, DateTimeOffset? relayBackAt, DateTimeOffset now)
    {
        (ReplyCode, EnhancedCode, ReplyText, UpdatedAt) = (reply.Code == 0 ? null : reply.Code, reply.EnhancedCode,
            reply.Kind is ReplyKind.Accepted ? null : reply.Text, now);
        if (reply.IsTheRelays)
        {
            NextAttemptAt = relayBackAt ?? now + TimeSpan.FromSeconds(10);
            return;
        }
        Attempts++;
        FirstAttemptAt ??= now;
        var again = reply switch
        {
            { Kind: ReplyKind.Accepted } or { IsNotOffered: true } or { Kind: ReplyKind.Permanent, About: ReplyAbout.Mailbox } => null,
            { Kind: ReplyKind.Permanent } => retries.NextAttemptAfterRefusal(Attempts, FirstAttemptAt.Value, now),
            _ => retries.NextAttempt(Attempts, FirstAttemptAt.Value, now),
        };
        if (again is { } next)
            NextAttemptAt = next;
        else
            Settle(reply.Kind is ReplyKind.Accepted ? SubscriberMailState.Accepted : SubscriberMailState.Rejected);
    }

    /// <summary>Postpones the message without counting an attempt, because this process can't send it now.</summary>
    public void PutOff(DateTimeOffset until) => NextAttemptAt = until;

    /// <summary>Gives the message up, because it has become pointless.</summary>
    public void Drop(DateTimeOffset now)
    {
        UpdatedAt = now;
        Settle(SubscriberMailState.Dropped);
    }

    private void Settle(SubscriberMailState state) => (State, SealedTo) = (state, null);

    private static SubscriberMail About(Confirmation confirmation, SubscriberMailKind kind, DateTimeOffset now)
    {
        var mail = Now(kind, confirmation.SubscriberId, now);
        mail.ConfirmationId = confirmation.Id;
        return mail;
    }

    private static SubscriberMail Now(SubscriberMailKind kind, long subscriberId, DateTimeOffset now) =>
        new()
        {
            Kind = kind,
            SubscriberId = subscriberId,
            CreatedAt = now,
            UpdatedAt = now,
            NextAttemptAt = now,
        };
}

public enum SubscriberMailKind
{
    Confirmation,
    Welcome,
    Reminder,
    AlreadyThere,
    OneTimeLink,
    AddressCheck,
    AddressChanged,
}

public enum SubscriberMailState
{
    Waiting,
    Accepted,
    Rejected,

    /// <summary>Never sent: the reader has since confirmed, unsubscribed or been suppressed, or the link has expired.</summary>
    Dropped,
}
