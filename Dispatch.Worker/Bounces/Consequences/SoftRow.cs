using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// The soft bounces that a reader has had in a row, counted from the ledger: issue by issue, from the last one back, until one arrived. A
/// relay accepts messages that bounce later, so an issue that was accepted within the last days, after the last bounce, may still bounce
/// and is passed over. So are issues that were refused because of us.
/// </summary>
internal sealed class SoftRow(DispatchDb db, BounceSettings settings)
{
    private const int LastIssues = 100;

    /// <summary>Returns whether a new soft bounce makes the run long enough for a suppression.</summary>
    /// <param name="bounce">The new bounce, not yet saved.</param>
    /// <param name="earlier">The reader's earlier bounces, without undone ones.</param>
    /// <param name="cancel">Cancels the query.</param>
    public async Task<bool> IsLongEnoughAsync(Bounce bounce, IReadOnlyList<Bounce> earlier, CancellationToken cancel)
    {
        var byIssue = earlier.Append(bounce).Where(b => b.IssueId is not null).ToLookup(b => b.IssueId!.Value);
        if (byIssue.Count(issue => issue.Any(b => b.Kind is BounceKind.Soft)) < settings.SoftInARow)
            return false; // the ledger can't extend the run further
        var issues = await (from delivery in db.Deliveries
                            where delivery.SubscriberId == bounce.SubscriberId
                                && (delivery.State == DeliveryState.Accepted || delivery.State == DeliveryState.Rejected)
                            join issue in db.Issues on delivery.IssueId equals issue.Id
                            orderby issue.SendStartedAt descending, issue.Id descending
                            select new { delivery.IssueId, delivery.State, delivery.UpdatedAt }).Take(LastIssues).ToListAsync(cancel);
        var row = new List<DateTimeOffset>();
        foreach (var issue in issues)
        {
            var came = byIssue[issue.IssueId].ToList();
            if (came.Exists(b => b.Kind is BounceKind.Soft))
                row.Add(came.Where(b => b.Kind is BounceKind.Soft).Min(b => b.At));
            else if (came.Count == 0 && issue.State is DeliveryState.Accepted
                && (row.Count > 0 || issue.UpdatedAt < bounce.At - settings.ReportsWithin))
                break;
        }
        return row.Count >= settings.SoftInARow && row.Max() - row.Min() >= settings.SoftOver;
    }
}
