using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// The unconfirmed sign-ups of one reader. A reader may have several. A decision about a newsletter through one link applies to all of
/// them.
/// </summary>
internal static class OpenConfirmations
{
    /// <summary>
    /// Returns whether the sign-up still has a newsletter that the reader has neither confirmed through another link, nor unsubscribed from
    /// since.
    /// </summary>
    public static async Task<bool> StillWaitsAsync(this DispatchDb db, Confirmation confirmation, CancellationToken cancel) =>
        confirmation.StillWaits(
            await db.Subscriptions.AsNoTracking().Where(s => s.SubscriberId == confirmation.SubscriberId).ToListAsync(cancel));

    /// <inheritdoc cref="StillWaitsAsync"/>
    /// <param name="confirmation">The sign-up.</param>
    /// <param name="subscriptions">All subscriptions of the reader.</param>
    public static bool StillWaits(this Confirmation confirmation, IEnumerable<Subscription> subscriptions) => subscriptions.Any(
        s => confirmation.NewsletterIds.Contains(s.NewsletterId) && s.State != SubscriptionState.Confirmed
            && (s.UnsubscribedAt == null || s.UnsubscribedAt <= confirmation.CreatedAt));

    /// <summary>
    /// Removes newsletters that the reader has confirmed from the reader's open sign-ups. A sign-up without newsletters counts as used.
    /// Requires the caller's transaction and the reader's lock.
    /// </summary>
    public static Task UseUpAsync(
        this DispatchDb db, long subscriberId, IReadOnlyCollection<int> newsletterIds, DateTimeOffset now, CancellationToken cancel) =>
        SettleAsync(db, subscriberId, newsletterIds, confirmation => confirmation.Use(now), cancel);

    /// <summary>
    /// Removes newsletters that the reader does not want from the reader's open sign-ups. A sign-up without newsletters is deleted.
    /// Requires the same as <see cref="UseUpAsync"/>.
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
                continue; // already used in this unit of work, or for other newsletters
            if (confirmation.NewsletterIds.Except(newsletterIds).ToArray() is { Length: > 0 } left)
                confirmation.NewsletterIds = left;
            else
                end(confirmation);
        }
    }
}
