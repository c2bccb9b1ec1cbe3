using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// What a reader can do on the page after an unsubscription: undo it within a day, and give a reason. Both require the token on that page,
/// which is valid for this unsubscription only.
/// </summary>
public sealed class UnsubscribeUndo(IDbContextFactory<DispatchDb> databases, LinkTokens tokens, TimeProvider clock)
{
    /// <summary>Returns the token for an unsubscription that has just happened.</summary>
    internal static string TokenFor(Subscription subscription, LinkTokens tokens) =>
        tokens.Make(LinkKind.Undo, subscription.Id, subscription.UnsubscribedAt!.Value.ToUnixTimeSeconds());

    /// <summary>Restores the subscription and returns it. Returns null if it is too late or the token is not valid.</summary>
    public async Task<Undone?> UndoAsync(string token, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await FindAsync(db, token, cancel) is not { } subscription || !subscription.Undo(now))
            return null;
        db.Audit.Add(Actor.Reader.Did("subscription.undone", AuditTarget.Subscriber(subscription.SubscriberId), now,
            AuditTarget.Newsletter(subscription.NewsletterId).Name));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new(await db.Newsletters.AsNoTracking().SingleAsync(newsletter => newsletter.Id == subscription.NewsletterId, cancel),
            subscription.PausedUntil > now ? subscription.PausedUntil : null);
    }

    /// <summary>
    /// Counts a reason. Returns false if a reason has already been counted for this unsubscription, or the token is not valid.
    /// </summary>
    public async Task<bool> SayWhyAsync(string token, UnsubscribeReason reason, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await FindAsync(db, token, cancel) is not { SaidWhy: false } subscription)
            return false;
        subscription.SaidWhy = true;
        await db.SaveChangesAsync(cancel);
        await CountAsync(db, subscription.NewsletterId, reason, cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    // Reasons are not audited: a timestamp close to that of the unsubscription would reveal which reader gave which reason.
    private static async Task CountAsync(DispatchDb db, int newsletterId, UnsubscribeReason reason, CancellationToken cancel)
    {
        while (await db.UnsubscribeCounts.Where(count => count.NewsletterId == newsletterId && count.Reason == reason)
            .ExecuteUpdateAsync(set => set.SetProperty(count => count.Readers, count => count.Readers + 1), cancel) == 0)
            await db.Database.ExecuteSqlAsync(
                $"""
                INSERT INTO "UnsubscribeCounts" ("NewsletterId", "Reason", "Readers")
                VALUES ({newsletterId}, {reason.ToString()}, 0) ON CONFLICT DO NOTHING
                """, cancel);
    }

    private async Task<Subscription?> FindAsync(DispatchDb db, string token, CancellationToken cancel)
    {
        if (!tokens.TryRead(token, LinkKind.Undo, out var subscriptionId, out var second)
            || await db.Subscriptions.Where(s => s.Id == subscriptionId).Select(s => (long?)s.SubscriberId)
                .SingleOrDefaultAsync(cancel) is not { } subscriberId)
            return null;
        await db.LockSubscriberAsync(subscriberId, cancel);
        var subscription = await db.Subscriptions.SingleOrDefaultAsync(s => s.Id == subscriptionId, cancel);
        return subscription?.UnsubscribedAt?.ToUnixTimeSeconds() == second ? subscription : null;
    }
}

/// <summary>A subscription restored by its reader.</summary>
/// <param name="Newsletter">The newsletter.</param>
/// <param name="PausedUntil">The end of the restored pause, or null if there is none.</param>
public sealed record Undone(Newsletter Newsletter, DateTimeOffset? PausedUntil);
