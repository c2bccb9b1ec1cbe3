using Dispatch.Worker.Addresses;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// A mail owed to one reader outside any issue, queued in the same transaction as what causes it. It is rendered only
/// when it is sent, so neither this row nor a job argument holds a token or an address.
/// </summary>
public class SubscriberMail
{
    public long Id { get; set; }
    public SubscriberMailKind Kind { get; set; }
    public long SubscriberId { get; set; }

    /// <summary>The sign-up that a confirmation mail is about, or whose confirmation a welcome answers.</summary>
    public long? ConfirmationId { get; set; }

    /// <summary>The newsletter a welcome is about; of several that were confirmed together, the first.</summary>
    public int? NewsletterId { get; set; }

    /// <summary>The link that a mail brings.</summary>
    public long? OneTimeLinkId { get; set; }

    /// <summary>Where it goes if not to the reader's current address; cleared once it has been sent.</summary>
    public byte[]? SealedTo { get; set; }
    public SubscriberMailState State { get; set; }
    public int Attempts { get; set; }

    /// <summary>When a relay was first given it: retries are counted from then. Null before that.</summary>
    public DateTimeOffset? FirstAttemptAt { get; set; }

    /// <summary>When it is due, or due again; a sender moves it on before starting, so that no second one starts too.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>
    /// A job for it is in Hangfire's queue, or should be: until then no sweep queues another. Behind a slow relay they would pile up.
    /// </summary>
    public DateTimeOffset? QueuedUntil { get; set; }
    public int? ReplyCode { get; set; }
    public string? EnhancedCode { get; set; }

    /// <summary>The text of the last reply with the reader's address removed; none for a mail that was accepted.</summary>
    public string? ReplyText { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    public static SubscriberMail Confirmation(Confirmation confirmation) =>
        About(confirmation, SubscriberMailKind.Confirmation, confirmation.CreatedAt);

    public static SubscriberMail Reminder(Confirmation confirmation, DateTimeOffset now) =>
        About(confirmation, SubscriberMailKind.Reminder, now);

    /// <summary>Answers a confirmation, with one mail for all the newsletters that began with it.</summary>
    public static SubscriberMail Welcome(Subscription first, Confirmation? confirmation, DateTimeOffset now)
    {
        var mail = Now(SubscriberMailKind.Welcome, first.SubscriberId, now);
        (mail.NewsletterId, mail.ConfirmationId) = (first.NewsletterId, confirmation?.Id);
        return mail;
    }

    /// <summary>Answers a sign-up from somebody who already gets all of it.</summary>
    public static SubscriberMail AlreadyThere(long subscriberId, DateTimeOffset now) =>
        Now(SubscriberMailKind.AlreadyThere, subscriberId, now);

    /// <summary>Brings a link: to the reader's address, or to the one that is to become theirs.</summary>
    public static SubscriberMail Bringing(OneTimeLink link)
    {
        var mail = Now(link.Purpose is OneTimeLinkPurpose.Address ? SubscriberMailKind.AddressCheck
            : SubscriberMailKind.OneTimeLink, link.SubscriberId, link.CreatedAt);
        (mail.OneTimeLinkId, mail.SealedTo) = (link.Id, link.SealedAddress);
        return mail;
    }

    /// <summary>Tells a reader's old address that they now have another one.</summary>
    public static SubscriberMail AddressChanged(long subscriberId, byte[] sealedFormerAddress, DateTimeOffset now)
    {
        var mail = Now(SubscriberMailKind.AddressChanged, subscriberId, now);
        mail.SealedTo = sealedFormerAddress;
        return mail;
    }

    /// <summary>
    /// Whether it only asks its reader to confirm: see <see cref="Suppressions.MayBeMailed"/>. A reminder presses for an answer.
    /// </summary>
    public bool Asks => Kind is SubscriberMailKind.Confirmation or SubscriberMailKind.AddressCheck;

    /// <summary>Keyed hash of the address that it goes to.</summary>
    public byte[] AddressHashFrom(Subscriber subscriber, KeyRing ring) =>
        SealedTo is null ? subscriber.AddressHash : ring.HashOf(AddressFrom(subscriber, ring));

    public EmailAddress AddressFrom(Subscriber subscriber, KeyRing ring) =>
        SealedTo is null ? subscriber.AddressFrom(ring) : EmailAddress.Parse(ring.Open(SealedTo, Subscriber.AddressPurpose));

    /// <summary>
    /// Records the relay's reply. A fault of the relay itself does not count as an attempt: the mail waits until the relay is back, or
    /// until somebody has fixed a password. A refusal that is not about the mailbox says, as far as one mail can tell, something about us:
    /// the mail waits for that to be fixed. A reply lost to a broken connection counts as "later": the same mail twice, under one
    /// Message-ID, is better than none.
    /// </summary>
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

    /// <summary>There is nothing left to say.</summary>
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
            QueuedUntil = now + SubscriberMailSweep.TimeToQueue,
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

    /// <summary>Nothing left to send: confirmed, unsubscribed or expired in the meantime.</summary>
    Dropped,
}
