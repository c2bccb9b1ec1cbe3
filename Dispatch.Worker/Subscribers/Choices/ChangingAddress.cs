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
/// Moves a reader to another address, which the reader confirms with a link mailed there. The old address receives a notice that doesn't
/// name the new one. An issue being sent reads the address again before each message, so the change takes effect at once.
/// </summary>
/// <remarks>
/// Only the owner of the new address learns whether it already belongs to another reader. Messages to a new address count against the same
/// daily limit as sign-ups. If none may be sent, the same work is done and rolled back, so the answer and its timing stay the same.
/// </remarks>
public sealed class ChangingAddress(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, ConfirmationTokens tokens, MailsToAddress mails,
    WakeReaderMailing wake, IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    /// <summary>
    /// Mails a confirmation link to the new address. Returns false if the reader's link has expired. True does not mean that a message is
    /// sent, because the result must not reveal anything about the new address.
    /// </summary>
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
        await OneTimeLinks.QueueAsync(db, link, cancel);
        if (held)
            await transaction.RollbackAsync(cancel);
        else
            await transaction.CommitAsync(cancel);
        await wake();
        return true;
    }

    public async Task<AddressChangeStatus> LookAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Address, clock.GetUtcNow(), cancel) is not { } link
            ? AddressChangeStatus.Gone
            : link.UsedAt is not null ? AddressChangeStatus.Changed : AddressChangeStatus.Waiting;
    }

    /// <summary>Returns the language of the reader whose link this is, or null if it isn't known.</summary>
    public async Task<string?> LanguageAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Address, clock.GetUtcNow(), cancel) is { SubscriberId: var id }
            ? await db.Subscribers.Where(s => s.Id == id).Select(s => s.Language).SingleOrDefaultAsync(cancel)
            : null;
    }

    public async Task<AddressChangeStatus> ChangeAsync(string token, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Address, now, cancel) is not { } found
            || !await db.LockSubscriberAsync(found.SubscriberId, cancel))
            return AddressChangeStatus.Gone;
        await db.Entry(found).ReloadAsync(cancel); // another click may just have used the link
        if (found.UsedAt is not null)
            return AddressChangeStatus.Changed;
        var address = EmailAddress.Parse(ring.Open(found.SealedAddress!, Subscriber.AddressPurpose));
        if (!await MakeRoomAsync(db, found.SubscriberId, address, cancel))
            return AddressChangeStatus.Taken;
        try
        {
            await MoveAsync(db, found, address, now, cancel);
            await transaction.CommitAsync(cancel);
            await wake();
            return AddressChangeStatus.Changed;
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault)) // a full disk is not a conflict
        {
            return AddressChangeStatus.Taken; // a sign-up took the address at the same instant
        }
    }

    private async Task MoveAsync(
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
    }

    // Deletes the reader's other one-time links, unconfirmed sign-ups and waiting messages, except welcomes and notices of a changed
    // address. The links in issues keep working.
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

    /// <summary>
    /// Deletes an unconfirmed sign-up at this address. Returns false if the address belongs to another reader, present or former.
    /// </summary>
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

    /// <summary>The new address belongs to another reader, present or former.</summary>
    Taken,

    /// <summary>The token is unknown, or the link has expired.</summary>
    Gone,
}
