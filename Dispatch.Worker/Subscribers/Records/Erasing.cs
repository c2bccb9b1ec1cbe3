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
/// Erases a reader: the row with everything that depends on it, audit entries, messages in a pickup folder, and the id in the ledger
/// (<see cref="IReaderTraces"/>). A keyed hash of the address stays as a suppression, so no import brings the reader back. Only a new
/// confirmation by the reader lifts the suppression.
/// </summary>
public sealed class Erasing(DispatchDb db, KeyRing ring, MailsToAddress mails, Outbox outbox, IReaderTraces traces, TimeProvider clock)
{
    /// <summary>Erases a reader. Returns false if there is no such reader.</summary>
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
    /// Erases a reader who left long ago, for the hourly purge. The caller overwrites the freed disk space, and pickup folders are not
    /// searched.
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
        // A suppression for a bounce or a complaint stays, because a confirmation must not lift it.
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

    // A reader can be erased even if the key that sealed the address has been lost.
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
