using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>An issue's deliveries, row by row.</summary>
public sealed class DeliveryList(DispatchDb db)
{
    /// <summary>A page of them, by the reader's number.</summary>
    /// <param name="issueId">The issue.</param>
    /// <param name="states">Only those in one of these. A mail that is under way counts as pending, as in the totals.</param>
    /// <param name="after">Only those above this number; null: from the start, with erased readers' first.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Ends the query.</param>
    public Task<List<Delivery>> PageAsync(
        int issueId, IReadOnlyCollection<DeliveryState> states, long? after, int count, CancellationToken cancel)
    {
        DeliveryState[] wanted = states.Contains(DeliveryState.Pending) ? [.. states, DeliveryState.Claimed] : [.. states];
        return db.Deliveries.AsNoTracking()
            .Where(row => row.IssueId == issueId && (after == null || row.SubscriberId > after) && wanted.Contains(row.State))
            .OrderBy(row => row.SubscriberId).Take(count).ToListAsync(cancel);
    }

    /// <summary>How many there are to decide on.</summary>
    public Task<int> UncertainAsync(int issueId, CancellationToken cancel) => db.Deliveries.UncertainOf(issueId).CountAsync(cancel);
}
