using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// Finds a reader by the whole address. Addresses are sealed, so readers can't be listed or found by a part of the address.
/// </summary>
public sealed class ReaderLookup(DispatchDb db, KeyRing ring)
{
    /// <summary>Returns the reader with this address, or null if there is none.</summary>
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

/// <summary>A reader, with address and name unsealed.</summary>
/// <param name="Subscriber">The reader's row.</param>
/// <param name="Email">The reader's address.</param>
/// <param name="Name">The name in the reader's greeting, or null if the reader has given none.</param>
/// <param name="Suppressed">Why the address is suppressed, or null if it isn't.</param>
/// <param name="Subscriptions">The reader's subscriptions, ordered by newsletter, the oldest newsletter first.</param>
public sealed record FoundReader(
    Subscriber Subscriber, string Email, string? Name, SuppressionReason? Suppressed, IReadOnlyList<FoundSubscription> Subscriptions);

/// <summary>A subscription, with the slug of its newsletter.</summary>
public sealed record FoundSubscription(string Newsletter, Subscription Subscription);
