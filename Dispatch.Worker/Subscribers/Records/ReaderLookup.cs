using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// Finds a reader for whoever knows the address. Addresses are sealed: one is found by its full text, not by a part of it, and none is
/// listed.
/// </summary>
public sealed class ReaderLookup(DispatchDb db, KeyRing ring)
{
    /// <summary>Null: nobody has this address.</summary>
    public async Task<FoundReader?> FindAsync(EmailAddress address, CancellationToken cancel)
    {
        var hash = ring.HashOf(address);
        if (await db.Subscribers.AsNoTracking().SingleOrDefaultAsync(s => s.AddressHash == hash, cancel) is not { } subscriber)
            return null;
        var subscriptions = await (from subscription in db.Subscriptions
                                   where subscription.SubscriberId == subscriber.Id
                                   join newsletter in db.Newsletters on subscription.NewsletterId equals newsletter.Id
                                   orderby newsletter.Id
                                   select new FoundSubscription(newsletter.Slug, subscription)).AsNoTracking().ToListAsync(cancel);
        var suppressed = await db.Suppressions.AsNoTracking().SingleOrDefaultAsync(s => s.AddressHash == hash, cancel);
        return new(subscriber, subscriber.AddressFrom(ring).Normalized, subscriber.NameFrom(ring), suppressed?.Reason, subscriptions);
    }
}

/// <summary>A reader, with the sealed values opened.</summary>
/// <param name="Subscriber">The row.</param>
/// <param name="Email">Their address.</param>
/// <param name="Name">How they wish to be addressed.</param>
/// <param name="Suppressed">Why they are never mailed; null when they may be.</param>
/// <param name="Subscriptions">Ordered by the age of their newsletters.</param>
public sealed record FoundReader(
    Subscriber Subscriber, string Email, string? Name, SuppressionReason? Suppressed, IReadOnlyList<FoundSubscription> Subscriptions);

/// <summary>A subscription, and its newsletter's slug.</summary>
public sealed record FoundSubscription(string Newsletter, Subscription Subscription);
