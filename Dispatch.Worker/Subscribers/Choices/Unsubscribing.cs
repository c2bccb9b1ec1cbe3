using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// Ends a subscription through the link in every issue. Opening the link changes nothing. Unsubscribing can be repeated, and succeeds even
/// for an erased reader. It takes effect at once, because an issue being sent checks the subscription before each message.
/// </summary>
public sealed class Unsubscribing(IDbContextFactory<DispatchDb> databases, LinkTokens tokens, TimeProvider clock)
{
    /// <summary>Returns the state of the subscription without changing it, or null if the token is not valid.</summary>
    public async Task<UnsubscribeResult?> LookAsync(string token, CancellationToken cancel)
    {
        if (!tokens.TryRead(token, LinkKind.Unsubscribe, out var subscriberId, out var newsletterId))
            return null;
        await using var db = databases.CreateDbContext();
        var subscribed = await db.Subscriptions.AnyAsync(
            s => s.SubscriberId == subscriberId && s.NewsletterId == newsletterId && s.State != SubscriptionState.Unsubscribed, cancel);
        return new(await NewsletterAsync(db, newsletterId, cancel), subscribed, Language: await LanguageAsync(db, subscriberId, cancel));
    }

    /// <param name="token">The token in the link.</param>
    /// <param name="how">How the reader unsubscribed, for the audit log, such as <c>page</c> or <c>one click</c>.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <returns>The state of the subscription afterwards, or null if the token is not valid.</returns>
    public async Task<UnsubscribeResult?> UnsubscribeAsync(string token, string how, CancellationToken cancel)
    {
        if (!tokens.TryRead(token, LinkKind.Unsubscribe, out var subscriberId, out var newsletterId))
            return null;
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockSubscriberAsync(subscriberId, cancel);
        var subscription = await db.Subscriptions
            .SingleOrDefaultAsync(s => s.SubscriberId == subscriberId && s.NewsletterId == newsletterId, cancel);
        // Only a confirmed subscription can be restored.
        var wasConfirmed = subscription?.State is SubscriptionState.Confirmed;
        var ended = subscription?.Unsubscribe(now) is true;
        if (ended)
            db.Audit.Add(Actor.Reader.Did("subscription.ended", AuditTarget.Subscriber(subscriberId), now,
                $"{AuditTarget.Newsletter(newsletterId)}, {how}"));
        await db.WithdrawAsync(subscriberId, [(int)newsletterId], cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new(await NewsletterAsync(db, newsletterId, cancel), Subscribed: false, ended && wasConfirmed
            ? UnsubscribeUndo.TokenFor(subscription!, tokens) : null,
            await LanguageAsync(db, subscriberId, cancel));
    }

    /// <summary>Ends a subscription because the reader asked staff for it. Returns false if there is none that could end.</summary>
    public async Task<bool> EndAsync(long subscriberId, int newsletterId, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockSubscriberAsync(subscriberId, cancel);
        var subscription = await db.Subscriptions
            .SingleOrDefaultAsync(s => s.SubscriberId == subscriberId && s.NewsletterId == newsletterId, cancel);
        if (subscription?.Unsubscribe(now) is not true)
            return false;
        db.Audit.Add(actor.Did("subscription.ended", AuditTarget.Subscriber(subscriberId), now,
            $"{AuditTarget.Newsletter(newsletterId)}, desk"));
        await db.WithdrawAsync(subscriberId, [newsletterId], cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    private static Task<string?> LanguageAsync(DispatchDb db, long subscriberId, CancellationToken cancel) =>
        db.Subscribers.Where(s => s.Id == subscriberId).Select(s => s.Language).SingleOrDefaultAsync(cancel);

    private static Task<Newsletter?> NewsletterAsync(DispatchDb db, long id, CancellationToken cancel) =>
        db.Newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Id == id, cancel);
}

/// <summary>The state of one reader's subscription to one newsletter.</summary>
/// <param name="Newsletter">The newsletter, or null if it no longer exists.</param>
/// <param name="Subscribed">Whether there is a subscription that the reader can end.</param>
/// <param name="UndoToken">The token for undoing the unsubscription (<see cref="UnsubscribeUndo"/>), if it has just happened. Otherwise
/// null.</param>
/// <param name="Language">The language that the reader chose, or null if the reader chose none.</param>
public sealed record UnsubscribeResult(Newsletter? Newsletter, bool Subscribed, string? UndoToken = null, string? Language = null);
