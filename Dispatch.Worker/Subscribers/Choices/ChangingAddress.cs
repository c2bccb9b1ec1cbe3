using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// Moves a reader to another address, at once: an issue on its way reads the address again before each mail. Their preferences link
/// requests it, a link mailed to the new address confirms it, and the old address is told, without being told the new one. Whether the new
/// address already belongs to another reader is told to its owner only. Whoever asks may name a stranger's address, repeatedly or for many
/// readers: its owner is mailed no more often than sign-ups allow, and the two are counted together. As with sign-ups, what is not mailed
/// is worked out and rolled back, and answered no sooner; afterwards, whoever asked sees the same whether a mail was sent or not.
/// </summary>
public sealed class ChangingAddress(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, ConfirmationTokens tokens, MailsToAddress mails,
    SubscriberMailJobs jobs, IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    /// <summary>False: the link has expired. True does not say whether a mail goes out.</summary>
    public async Task<bool> AskAsync(string token, EmailAddress address, CancellationToken cancel)
    {
        var begun = clock.GetTimestamp();
        var asked = await TryAskAsync(token, address, cancel);
        await clock.SpendAsync(settings.Value.AnswerAfter, begun, cancel);
        return asked;
    }

    private async Task<bool> TryAskAsync(string token, EmailAddress address, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        if (await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Preferences, now, cancel) is not { } opened)
            return false;
        var many = !await db.CountAsync(AsksOf(ring, opened.SubscriberId), 1, settings.Value.PerAddressPerDay, now, TimeSpan.FromDays(1),
            cancel);
        db.Audit.Add(Actor.Reader.Did("address.asked", AuditTarget.Subscriber(opened.SubscriberId), now));
        await db.SaveChangesAsync(cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.LockSubscriberAsync(opened.SubscriberId, cancel))
            return false;
        var held = !await mails.MayAskAsync(db, address, now, cancel) || many;
        var link = OneTimeLink.New(opened.SubscriberId, OneTimeLinkPurpose.Address, tokens, now);
        link.SealedAddress = ring.Seal(address.Normalized, Subscriber.AddressPurpose);
        var mail = await OneTimeLinks.QueueAsync(db, link, cancel);
        if (held)
        {
            await transaction.RollbackAsync(cancel);
            jobs.EnqueueNothing();
        }
        else
        {
            await transaction.CommitAsync(cancel);
            jobs.Enqueue(mail.Id);
        }
        return true;
    }

    public async Task<AddressChangeStatus> LookAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Address, clock.GetUtcNow(), cancel) is not { } link
            ? AddressChangeStatus.Gone
            : link.UsedAt is not null ? AddressChangeStatus.Changed : AddressChangeStatus.Waiting;
    }

    public async Task<AddressChangeStatus> ChangeAsync(string token, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Address, now, cancel) is not { } found
            || !await db.LockSubscriberAsync(found.SubscriberId, cancel))
            return AddressChangeStatus.Gone;
        await db.Entry(found).ReloadAsync(cancel); // if it is pressed twice at once, the second waits at the lock for the first
        if (found.UsedAt is not null)
            return AddressChangeStatus.Changed;
        var address = EmailAddress.Parse(ring.Open(found.SealedAddress!, Subscriber.AddressPurpose));
        if (!await MakeRoomAsync(db, found.SubscriberId, address, cancel))
            return AddressChangeStatus.Taken;
        try
        {
            var mail = await MoveAsync(db, found, address, now, cancel);
            await transaction.CommitAsync(cancel);
            jobs.Enqueue(mail.Id);
            return AddressChangeStatus.Changed;
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault)) // a full disk does not mean the address is taken
        {
            return AddressChangeStatus.Taken; // by a sign-up in the same instant: the unique index let that one in
        }
    }

    private async Task<SubscriberMail> MoveAsync(
        DispatchDb db, OneTimeLink link, EmailAddress address, DateTimeOffset now, CancellationToken cancel)
    {
        var subscriber = await db.Subscribers.SingleAsync(s => s.Id == link.SubscriberId, cancel);
        var mail = SubscriberMail.AddressChanged(subscriber.Id, subscriber.SealedAddress, now);
        subscriber.MoveTo(address, ring);
        (link.UsedAt, link.SealedAddress) = (now, null);
        db.SubscriberMails.Add(mail);
        db.Audit.Add(Actor.Reader.Did("address.changed", AuditTarget.Subscriber(subscriber.Id), now));
        await db.SaveChangesAsync(cancel);
        await CloseAsync(db, subscriber.Id, link, cancel);
        await db.LiftErasureAsync(subscriber.AddressHash, cancel);
        return mail;
    }

    // What is in the old mailbox no longer opens anything, and what was to go there does not come to the new one instead. Of the links in
    // issues, the one that ends a subscription keeps working; the one to the preferences has a fresh one mailed, to the new address.
    private static async Task CloseAsync(DispatchDb db, long subscriberId, OneTimeLink but, CancellationToken cancel)
    {
        await db.OneTimeLinks.Where(link => link.SubscriberId == subscriberId && link.Id != but.Id).ExecuteDeleteAsync(cancel);
        await db.Confirmations.Where(confirmation => confirmation.SubscriberId == subscriberId && confirmation.UsedAt == null)
            .ExecuteDeleteAsync(cancel);
        SubscriberMailKind[] owed = [SubscriberMailKind.Welcome, SubscriberMailKind.AddressChanged];
        await db.SubscriberMails
            .Where(mail => mail.SubscriberId == subscriberId && mail.State == SubscriberMailState.Waiting && !owed.Contains(mail.Kind))
            .ExecuteDeleteAsync(cancel);
    }

    internal static Task ForgetAsksAsync(DispatchDb db, KeyRing ring, long subscriberId, CancellationToken cancel)
    {
        var asks = AsksOf(ring, subscriberId);
        return db.SignUpTallies.Where(tally => tally.Key == asks).ExecuteDeleteAsync(cancel);
    }

    private static byte[] AsksOf(KeyRing ring, long subscriberId) => ring.MarkOf("address-asks", BitConverter.GetBytes(subscriberId));

    /// <summary>False: a reader is at this address, or was, and has to be asked. A sign-up that nobody confirmed is not a reader.</summary>
    private async Task<bool> MakeRoomAsync(DispatchDb db, long subscriberId, EmailAddress address, CancellationToken cancel)
    {
        var hash = ring.HashOf(address);
        await db.Subscribers
            .Where(s => s.AddressHash == hash && s.Id != subscriberId
                && !db.Set<Subscription>().Any(subscription => subscription.SubscriberId == s.Id
                    && subscription.State != SubscriptionState.Pending))
            .ExecuteDeleteAsync(cancel);
        return !await db.Subscribers.AnyAsync(s => s.AddressHash == hash && s.Id != subscriberId, cancel);
    }
}

/// <summary>The state of the link that was mailed to a new address.</summary>
public enum AddressChangeStatus
{
    Waiting,
    Changed,

    /// <summary>The address already has subscriptions.</summary>
    Taken,

    /// <summary>Not one of our links, or one that has expired.</summary>
    Gone,
}
