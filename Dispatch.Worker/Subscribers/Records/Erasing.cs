using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// Forgets a reader: the row goes with everything that depends on it, with the audit entries about them, with the count of how often their
/// address was mailed today, and with the mails to them that are in a pickup folder. Their number is removed from the ledger, whose totals
/// stay (<see cref="IReaderTraces"/>). What is left is the keyed hash of the address, as a suppression, so that no import brings the reader
/// back; only their own new confirmation lifts it. Also left is the fact that somebody was erased, without saying who.
/// </summary>
public sealed class Erasing(DispatchDb db, KeyRing ring, MailsToAddress mails, Outbox outbox, IReaderTraces traces, TimeProvider clock)
{
    /// <summary>False: there is no such reader.</summary>
    public async Task<bool> EraseAsync(long subscriberId, Actor actor, CancellationToken cancel = default)
    {
        if (await TakeOutAsync(subscriberId, actor, cancel) is not { } erased)
            return false;
        await db.OverwriteErasedAsync(cancel);
        if (erased.Address is { } address)
            await outbox.ForgetAsync(address, cancel);
        return true;
    }

    /// <summary>
    /// For many at once, for those who left long ago: the caller has the disk overwritten at the end, and nothing of theirs is left in a
    /// pickup folder.
    /// </summary>
    internal async Task<bool> ForgetAsync(long subscriberId, Actor actor, CancellationToken cancel) =>
        await TakeOutAsync(subscriberId, actor, cancel) is not null;

    private async Task<Erased?> TakeOutAsync(long subscriberId, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.LockSubscriberAsync(subscriberId, cancel))
            return null;
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == subscriberId, cancel);
        // A bounce or a complaint on file carries more weight, and a confirmation must not lift it.
        if (!await db.Suppressions.AnyAsync(s => s.AddressHash == subscriber.AddressHash, cancel))
            db.Suppressions.Add(new()
            {
                AddressHash = subscriber.AddressHash,
                Reason = SuppressionReason.Erased,
                CreatedAt = RoundedInstants.DayOf(now)
            });
        db.Audit.Add(actor.Did("subscriber.erased", AuditTarget.Subscribers, now));
        await db.SaveChangesAsync(cancel);

        var target = AuditTarget.Subscriber(subscriberId).Name;
        await db.Audit.Where(entry => entry.Target == target).ExecuteDeleteAsync(cancel);
        if (!await traces.ForgetAsync(db, subscriberId, now, cancel))
            db.ErasedReaders.Add(new ErasedReader { SubscriberId = subscriberId });
        await db.SaveChangesAsync(cancel);
        await db.Subscribers.Where(s => s.Id == subscriberId).ExecuteDeleteAsync(cancel);

        var address = AddressOf(subscriber);
        if (address is not null)
            await mails.ForgetAsync(db, address, cancel);
        await ChangingAddress.ForgetAsksAsync(db, ring, subscriberId, cancel);
        await transaction.CommitAsync(cancel);
        return new Erased(address);
    }

    // Whoever wants to be forgotten is forgotten, even if the key that their address was sealed with has been lost.
    private EmailAddress? AddressOf(Subscriber subscriber)
    {
        try
        {
            return subscriber.AddressFrom(ring);
        }
        catch (KeyRingException)
        {
            return null;
        }
    }

    private sealed record Erased(EmailAddress? Address);
}
