using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// Undoes the consequence of a bounce at the request of ops: for one reader, or for everybody suppressed for a hard or soft bounce on one
/// day, for example when a provider's outage said "no such user" to everybody. An undone bounce no longer counts.
/// </summary>
public sealed class Undoing(DispatchDb db, TimeProvider clock)
{
    /// <summary>Undoes one bounce. Returns false if there is nothing to undo.</summary>
    public async Task<bool> UndoAsync(long bounceId, Actor actor, CancellationToken cancel)
    {
        db.ChangeTracker.Clear();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Bounces.AsNoTracking().SingleOrDefaultAsync(b => b.Id == bounceId, cancel) is not { SubscriberId: { } readerId }
            || !await db.LockSubscriberAsync(readerId, cancel))
            return false;
        var bounce = await db.Bounces.SingleAsync(b => b.Id == bounceId, cancel);
        if (bounce.UndoneAt is not null || bounce.Effect is not (BounceEffect.Suppressed or BounceEffect.Unsubscribed
            or BounceEffect.Counted))
            return false;
        var now = clock.GetUtcNow();
        (bounce.UndoneAt, bounce.UndoneBy) = (now, actor.Name);
        if (bounce.Effect is BounceEffect.Suppressed or BounceEffect.Unsubscribed)
            await LiftAsync(bounce, readerId, cancel);
        db.Audit.Add(actor.Did("bounce.undone", AuditTarget.Subscriber(readerId), now, $"{Verdict.Word(bounce.Kind)} of "
            + $"{bounce.At:yyyy-MM-dd}"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Undoes all suppressions for hard and soft bounces of one day in UTC. Returns the number of readers.</summary>
    /// <param name="day">The day.</param>
    /// <param name="provider">Only readers at this provider, or null for all.</param>
    /// <param name="actor">Who decides.</param>
    /// <param name="cancel">Stops before the next reader.</param>
    public async Task<int> UndoDayAsync(DateOnly day, string? provider, Actor actor, CancellationToken cancel)
    {
        var (from, until) = (new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero), new DateTimeOffset(day.AddDays(1),
            TimeOnly.MinValue,
            TimeSpan.Zero));
        var ids = await db.Bounces.Where(b => b.At >= from && b.At < until && b.Effect == BounceEffect.Suppressed && b.UndoneAt == null
            && (provider == null || b.Provider == provider)).OrderBy(b => b.Id).Select(b => b.Id).ToListAsync(cancel);
        var undone = 0;
        foreach (var id in ids)
            undone += await UndoAsync(id, actor, cancel) ? 1 : 0;
        return undone;
    }

    private async Task LiftAsync(Bounce bounce, long readerId, CancellationToken cancel)
    {
        var reader = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == readerId, cancel);
        await db.LiftAsync(reader.AddressHash, [bounce.Kind switch
        {
            BounceKind.Complaint => SuppressionReason.Complaint,
            BounceKind.Soft => SuppressionReason.SoftBounce,
            _ => SuppressionReason.HardBounce,
        }], cancel);
        if (bounce.Effect is not BounceEffect.Unsubscribed)
            return;
        // Restores only the subscriptions that this complaint ended, not those that the reader ended before or since.
        foreach (var subscription in await db.Subscriptions.Where(s => s.SubscriberId == readerId && s.UnsubscribedAt == bounce.At
            && s.ConfirmedAt != null).ToListAsync(cancel))
            (subscription.State, subscription.UnsubscribedAt) = (SubscriptionState.Confirmed, null);
    }
}
