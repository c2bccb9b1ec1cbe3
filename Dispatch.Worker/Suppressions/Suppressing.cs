using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Suppressions;

/// <summary>
/// Puts addresses on the list of those never to be mailed, and takes them off it. Only keyed hashes are kept, so the list can be
/// asked about an address but not read out, and the audit says that it was changed, not for whom.
/// </summary>
public sealed class Suppressing(DispatchDb db, KeyRing ring, TimeProvider clock)
{
    /// <summary>
    /// The suppression in force afterwards. One that was there before is kept with its reason, except for an erasure, after which anybody's
    /// sign-up could have the reader asked again: it becomes manual.
    /// </summary>
    public async Task<(Suppression Suppression, bool IsNew)> SuppressAsync(EmailAddress address, Actor actor,
        CancellationToken cancel = default)
    {
        await TryRaiseAsync(ring.HashOf(address), actor, cancel);
        if (await FindAsync(address, cancel) is { } known)
            return (known, false);
        var now = clock.GetUtcNow();
        var suppression = new Suppression { AddressHash = ring.HashOf(address), Reason = SuppressionReason.Manual, CreatedAt = now };
        db.Suppressions.Add(suppression);
        db.Audit.Add(actor.Did("suppression.added", AuditTarget.Suppressions, now, "manual"));
        try
        {
            await db.SaveChangesAsync(cancel);
            return (suppression, true);
        }
        catch (DbUpdateException)
        {
            // A bounce or another member of staff was first. No row: not a duplicate, a real failure.
            db.ChangeTracker.Clear();
            if (await FindAsync(address, cancel) is { } first)
                return (first, false);
            throw;
        }
    }

    private async Task TryRaiseAsync(byte[] hash, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Suppressions.Where(s => s.AddressHash == hash && s.Reason == SuppressionReason.Erased)
            .ExecuteUpdateAsync(
                set => set.SetProperty(s => s.Reason, SuppressionReason.Manual).SetProperty(s => s.CreatedAt, now), cancel) == 0)
            return;
        db.Audit.Add(actor.Did("suppression.added", AuditTarget.Suppressions, now, "manual"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>False: the address was not on the list.</summary>
    public async Task<bool> LiftAsync(EmailAddress address, Actor actor, CancellationToken cancel = default)
    {
        var hash = ring.HashOf(address);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Suppressions.Where(s => s.AddressHash == hash).ExecuteDeleteAsync(cancel) == 0)
            return false;
        db.Audit.Add(actor.Did("suppression.lifted", AuditTarget.Suppressions, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>A page of the list, newest first.</summary>
    /// <param name="until">Only those created at this instant or before.</param>
    /// <param name="skip">How many of them to skip.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Cancels the query.</param>
    public Task<List<Suppression>> LatestAsync(DateTimeOffset until, int skip, int count, CancellationToken cancel = default) =>
        db.Suppressions.AsNoTracking().Where(s => s.CreatedAt <= until)
            .OrderByDescending(s => s.CreatedAt).ThenBy(s => s.AddressHash).Skip(skip).Take(count).ToListAsync(cancel);

    public Task<Suppression?> FindAsync(EmailAddress address, CancellationToken cancel = default)
    {
        var hash = ring.HashOf(address);
        return db.Suppressions.AsNoTracking().SingleOrDefaultAsync(s => s.AddressHash == hash, cancel);
    }
}
