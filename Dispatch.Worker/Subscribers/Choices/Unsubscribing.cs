using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Confirmations;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// Ends a subscription through the link that every issue carries. Looking changes nothing. Ending works any number of times, and for a
/// reader who is no longer here: whoever wants no mail is told that they get none. A send under way checks the subscription's state before
/// each mail, so it takes effect at once.
/// </summary>
public sealed class Unsubscribing(IDbContextFactory<DispatchDb> databases, LinkTokens tokens, TimeProvider clock)
{
    /// <summary>Null: the token is not one of ours.</summary>
    public async Task<UnsubscribeResult?> LookAsync(string token, CancellationToken cancel)
    {
        if (!tokens.TryRead(token, LinkKind.Unsubscribe, out var subscriberId, out var newsletterId))
            return null;
        await using var db = databases.CreateDbContext();
        var subscribed = await db.Subscriptions.AnyAsync(
            s => s.SubscriberId == subscriberId && s.NewsletterId == newsletterId && s.State != SubscriptionState.Unsubscribed, cancel);
        return new(await NewsletterAsync(db, newsletterId, cancel), subscribed, Language: await LanguageAsync(db, subscriberId, cancel));
    }

    /// <param name="token">As in the link.</param>
    /// <param name="how">For the audit, as in <c>page</c> or <c>one click</c>.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The state afterwards; null: the token is not one of ours.</returns>
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
        // One that was never confirmed has nothing to go back to.
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

    private static Task<string?> LanguageAsync(DispatchDb db, long subscriberId, CancellationToken cancel) =>
        db.Subscribers.Where(s => s.Id == subscriberId).Select(s => s.Language).SingleOrDefaultAsync(cancel);

    private static Task<Newsletter?> NewsletterAsync(DispatchDb db, long id, CancellationToken cancel) =>
        db.Newsletters.AsNoTracking().SingleOrDefaultAsync(newsletter => newsletter.Id == id, cancel);
}

/// <summary>The state of one reader's subscription to one newsletter.</summary>
/// <param name="Newsletter">Null: it is gone.</param>
/// <param name="Subscribed">Whether it can be ended.</param>
/// <param name="UndoToken">For the page of whoever has just ended it: see <see cref="UnsubscribeUndo"/>.</param>
/// <param name="Language">What the reader chose.</param>
public sealed record UnsubscribeResult(Newsletter? Newsletter, bool Subscribed, string? UndoToken = null, string? Language = null);
