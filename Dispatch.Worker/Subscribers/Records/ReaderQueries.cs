using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

internal static class ReaderQueries
{
    /// <summary>Returns how many messages of one kind were queued for the reader in the last 24 hours.</summary>
    public static Task<int> LinksOfTheDayAsync(
        this DispatchDb db, long subscriberId, SubscriberMailKind kind, DateTimeOffset now, CancellationToken cancel) =>
        db.SubscriberMails.CountAsync(mail => mail.SubscriberId == subscriberId && mail.Kind == kind
            && mail.CreatedAt > now.AddDays(-1), cancel);

    /// <summary>Clears pauses that are over, and pauses kept for an unsubscription that can no longer be undone.</summary>
    public static Task<int> EndPausesAsync(this DispatchDb db, DateTimeOffset now, CancellationToken cancel)
    {
        var forGood = now - Subscription.CanBeUndoneFor;
        return db.Subscriptions
            .Where(s => s.PausedUntil != null
                && (s.PausedUntil <= now || (s.State == SubscriptionState.Unsubscribed && s.UnsubscribedAt < forGood)))
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.PausedUntil, (DateTimeOffset?)null), cancel);
    }
}
