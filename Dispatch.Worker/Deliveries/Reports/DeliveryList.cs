using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>An issue's deliveries, row by row.</summary>
public sealed class DeliveryList(DispatchDb db)
{
    /// <summary>Returns a page of an issue's deliveries, in the order of their readers' numbers.</summary>
    /// <param name="issueId">The issue.</param>
    /// <param name="states">Only deliveries in one of these states. As in the totals, a delivery that is being sent counts as
    /// pending.</param>
    /// <param name="after">
    /// Only deliveries to readers with a number above this. Null starts at the beginning; erased readers come first, because their numbers
    /// are negative.
    /// </param>
    /// <param name="count">The maximum number of deliveries.</param>
    /// <param name="cancel">Cancels the query.</param>
    public Task<List<Delivery>> PageAsync(
        int issueId, IReadOnlyCollection<DeliveryState> states, long? after, int count, CancellationToken cancel)
    {
        DeliveryState[] wanted = states.Contains(DeliveryState.Pending) ? [.. states, DeliveryState.Claimed] : [.. states];
        return db.Deliveries.AsNoTracking()
            .Where(row => row.IssueId == issueId && (after == null || row.SubscriberId > after) && wanted.Contains(row.State))
            .OrderBy(row => row.SubscriberId).Take(count).ToListAsync(cancel);
    }

    /// <summary>Returns how many uncertain deliveries wait for a decision or for another attempt.</summary>
    public Task<int> UncertainAsync(int issueId, CancellationToken cancel) => db.Deliveries.UncertainOf(issueId).CountAsync(cancel);
}
