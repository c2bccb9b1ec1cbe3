using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// Forgets a reader: the row with all that hangs on it goes, the keyed hash of the address stays behind as a suppression, so that
/// no import brings the reader back. Only their own new confirmation lifts it. The deliveries stay, since they name
/// nobody; one that is not sent yet finds no reader when its turn comes, and is excluded.
/// </summary>
public sealed class Erasing(DispatchDb db, KeyRing ring, MailsToAddress mails, TimeProvider clock)
{
    /// <summary>False: there is no such reader.</summary>
    public async Task<bool> EraseAsync(long subscriberId, Actor actor, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.LockSubscriberAsync(subscriberId, cancel))
            return false;
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == subscriberId, cancel);
        var hash = subscriber.AddressHash;
        // A bounce or a complaint on file says more, and a confirmation must not lift it.
        if (!await db.Suppressions.AnyAsync(s => s.AddressHash == hash, cancel))
            db.Suppressions.Add(new Suppression { AddressHash = hash, Reason = SuppressionReason.Erased, CreatedAt = now });
        db.Audit.Add(actor.Did("subscriber.erased", $"subscriber:{subscriberId}", now));
        await db.SaveChangesAsync(cancel);
        await db.Subscribers.Where(s => s.Id == subscriberId).ExecuteDeleteAsync(cancel);
        await mails.ForgetAsync(db, subscriber.AddressFrom(ring), cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}
