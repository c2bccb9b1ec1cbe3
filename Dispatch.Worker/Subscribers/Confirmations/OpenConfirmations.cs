using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// The sign-ups of one reader that wait for a confirmation. Whoever signs up twice has two: what the reader decides about a newsletter,
/// through either link, settles both.
/// </summary>
internal static class OpenConfirmations
{
    /// <summary>
    /// Whether something that was signed up for is still to be decided: the reader has neither started it another way nor ended it since.
    /// </summary>
    public static Task<bool> StillWaitsAsync(this DispatchDb db, Confirmation confirmation, CancellationToken cancel) =>
        db.Subscriptions.AnyAsync(
        s => s.SubscriberId == confirmation.SubscriberId && confirmation.NewsletterIds.Contains(s.NewsletterId)
            && s.State != SubscriptionState.Confirmed && (s.UnsubscribedAt == null || s.UnsubscribedAt <= confirmation.CreatedAt), cancel);

    /// <summary>
    /// The reader gets these newsletters now: no other link still has to confirm them. In the caller's transaction, while holding the
    /// reader's lock.
    /// </summary>
    public static Task UseUpAsync(
        this DispatchDb db, long subscriberId, IReadOnlyCollection<int> newsletterIds, DateTimeOffset now, CancellationToken cancel) =>
        SettleAsync(db, subscriberId, newsletterIds, confirmation => confirmation.Use(now), cancel);

    /// <summary>
    /// The reader wants none of these newsletters: earlier sign-ups for them are forgotten. Otherwise like <see cref="UseUpAsync"/>.
    /// </summary>
    public static Task WithdrawAsync(
        this DispatchDb db, long subscriberId, IReadOnlyCollection<int> newsletterIds, CancellationToken cancel) =>
        SettleAsync(db, subscriberId, newsletterIds, confirmation => db.Confirmations.Remove(confirmation), cancel);

    private static async Task SettleAsync(
        DispatchDb db, long subscriberId, IReadOnlyCollection<int> newsletterIds, Action<Confirmation> end, CancellationToken cancel)
    {
        var open = await db.Confirmations.Where(c => c.SubscriberId == subscriberId && c.UsedAt == null).ToListAsync(cancel);
        foreach (var confirmation in open)
        {
            if (confirmation.UsedAt is not null || !confirmation.NewsletterIds.Intersect(newsletterIds).Any())
                continue; // used in this same unit of work, or about other newsletters
            if (confirmation.NewsletterIds.Except(newsletterIds).ToArray() is { Length: > 0 } left)
                confirmation.NewsletterIds = left;
            else
                end(confirmation);
        }
    }
}
