using Dispatch.Worker.Addresses;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// A message to one reader that belongs to no issue. The message is queued in the transaction that causes it, but rendered only when it is
/// sent. So neither this row nor a job's argument contains a token or an address.
/// </summary>
public class SubscriberMail
{
    public long Id { get; set; }
    public SubscriberMailKind Kind { get; set; }
    public long SubscriberId { get; set; }

    /// <summary>The sign-up that a confirmation message asks the reader to confirm, or that a welcome follows.</summary>
    public long? ConfirmationId { get; set; }

    /// <summary>The newsletter to which a welcome belongs. If several newsletters were confirmed together, the first of them.</summary>
    public int? NewsletterId { get; set; }

    /// <summary>The one-time link in the message, or null if the message has none.</summary>
    public long? OneTimeLinkId { get; set; }

    /// <summary>The sealed address to send to, if it isn't the reader's current address; cleared when the message is settled.</summary>
    public byte[]? SealedTo { get; set; }
    public SubscriberMailState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>
    /// When the message was first tried at a relay, or null if it has not been tried. Retries are counted from this time.
    /// </summary>
    public DateTimeOffset? FirstAttemptAt { get; set; }

    /// <summary>When the message is due.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>
    /// The time until which a run holds the message, so that no other run sends it too. The run renews its claim until the message is
    /// sent; if the run dies, the claim expires. Null: nobody holds it.
    /// </summary>
    public DateTimeOffset? ClaimedUntil { get; set; }
    public int? ReplyCode { get; set; }
    public string? EnhancedCode { get; set; }

    /// <summary>The text of the last reply, without the reader's address. Null for a message that was accepted.</summary>
    public string? ReplyText { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public static SubscriberMail Confirmation(Confirmation confirmation) =>
        About(confirmation, SubscriberMailKind.Confirmation, confirmation.CreatedAt);

    public static SubscriberMail Reminder(Confirmation confirmation, DateTimeOffset now) =>
        About(confirmation, SubscriberMailKind.Reminder, now);

    /// <summary>Returns the welcome that answers a confirmation: one message for all newsletters confirmed together.</summary>
    public static SubscriberMail Welcome(Subscription first, Confirmation? confirmation, DateTimeOffset now)
    {
        var mail = Now(SubscriberMailKind.Welcome, first.SubscriberId, now);
        (mail.NewsletterId, mail.ConfirmationId) = (first.NewsletterId, confirmation?.Id);
        return mail;
    }

    /// <summary>Returns the answer to a sign-up for newsletters that the reader already gets.</summary>
    public static SubscriberMail AlreadyThere(long subscriberId, DateTimeOffset now) =>
        Now(SubscriberMailKind.AlreadyThere, subscriberId, now);

    /// <summary>
    /// Returns the message that contains a one-time link. It goes to the reader's address or, if the link confirms a new address, to that
    /// address.
    /// </summary>
    public static SubscriberMail Bringing(OneTimeLink link)
    {
        var mail = Now(link.Purpose is OneTimeLinkPurpose.Address ? SubscriberMailKind.AddressCheck
            : SubscriberMailKind.OneTimeLink, link.SubscriberId, link.CreatedAt);
        (mail.OneTimeLinkId, mail.SealedTo) = (link.Id, link.SealedAddress);
        return mail;
    }

    /// <summary>Returns the notice to a reader's old address that the address has changed.</summary>
    public static SubscriberMail AddressChanged(long subscriberId, byte[] sealedFormerAddress, DateTimeOffset now)
    {
        var mail = Now(SubscriberMailKind.AddressChanged, subscriberId, now);
        mail.SealedTo = sealedFormerAddress;
        return mail;
    }

    /// <summary>
    /// Whether the message only asks its recipient to confirm; see <see cref="Suppressions.MayBeMailed"/>. False for a reminder, because a
    /// reminder puts pressure on the recipient.
    /// </summary>
    public bool Asks => Kind is SubscriberMailKind.Confirmation or SubscriberMailKind.AddressCheck;

    /// <summary>Returns the keyed hash of the address that the message is sent to.</summary>
    public byte[] AddressHashFrom(Subscriber subscriber, KeyRing ring) =>
        SealedTo is null ? subscriber.AddressHash : ring.HashOf(AddressFrom(subscriber, ring));

    public EmailAddress AddressFrom(Subscriber subscriber, KeyRing ring) =>
        SealedTo is null ? subscriber.AddressFrom(ring) : EmailAddress.Parse(ring.Open(SealedTo, Subscriber.AddressPurpose));

    /// <summary>
    /// Records the relay's reply. A fault of the relay itself doesn't count as an attempt: the message waits until the relay is back, or
    /// until somebody has corrected a password.
    /// </summary>
    /// <remarks>
    /// A permanent refusal that doesn't concern the mailbox probably concerns us as the sender, so the message is retried in case somebody
    /// fixes the cause. If a broken connection hides the reply, this counts as a deferral: a message that arrives twice, under one
    /// Message-ID, is better than a message that doesn't arrive.
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

    /// <summary>Lets the message wait, because this process can't send it now. It costs no attempt.</summary>
    public void PutOff(DateTimeOffset until) => NextAttemptAt = until;

    /// <summary>Settles the message without sending it, because it has become pointless.</summary>
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
