using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Suppressions;

/// <summary>
/// Adds addresses to the list of suppressed addresses, and removes them. Only keyed hashes are stored, so no address can be read from the
/// list. The audit does not say which address was added or removed.
/// </summary>
public sealed class Suppressing(DispatchDb db, KeyRing ring, TimeProvider clock)
{
    /// <summary>
    /// Suppresses an address, and returns its suppression. An existing suppression keeps its reason, except that an erasure becomes a
    /// manual suppression, because an erased reader could still be asked for a confirmation.
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
            // A bounce or a colleague may have suppressed the address first. If there is still no row, the exception had another cause.
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

    /// <summary>Lifts the suppression of an address. Returns false if the address was not suppressed.</summary>
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

    /// <summary>Returns a page of the list, newest first.</summary>
    /// <param name="until">Only suppressions created at this instant or before.</param>
    /// <param name="skip">The number of suppressions to skip.</param>
    /// <param name="count">The maximum number of suppressions to return.</param>
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
