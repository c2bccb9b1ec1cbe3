using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// How far an issue has got, counted from the ledger's rows alone, and how fast. The totals are therefore correct for any number of workers
/// and after any crash. Everybody who asks at about the same time gets the same report (<see cref="SharedReports"/>).
/// </summary>
public sealed class ProgressReports(DispatchDb db, DeliveryLedger ledger, SharedReports shared, RecentRates rates, TimeProvider clock)
{
    /// <summary>Returns a report on an issue, at most a few seconds old, or null if the issue does not exist.</summary>
    public Task<ProgressReport?> LookAsync(int issueId, CancellationToken cancel) => shared.LookAsync(issueId, cancel);

    /// <summary>Counts an issue's deliveries for a new report. Returns null if the issue does not exist.</summary>
    internal async Task<ProgressReport?> CountAsync(int issueId, CancellationToken cancel)
    {
        // The state is read first. If it were read last, an issue could show as sent beside totals from before its last message.
        var issue = await db.Issues.AsNoTracking().Where(row => row.Id == issueId)
            .Select(row => new Issue { Id = row.Id, State = row.State, Decision = row.Decision, SendStartedAt = row.SendStartedAt })
            .SingleOrDefaultAsync(cancel);
        if (issue is null)
            return null;
        var counts = await ledger.ProgressAsync(issue, cancel);
        if (issue.State is not IssueState.Sending || issue.SendStartedAt is not { } startedAt)
        {
            rates.Forget(issueId);
            return new ProgressReport(issue.State, counts, 0, null);
        }
        var perSecond = Math.Round(rates.Next(issueId, startedAt, counts.Accepted + counts.Rejected), 1);
        var left = counts.Pending + counts.Deferred;
        return new ProgressReport(issue.State, counts, perSecond, perSecond > 0 && left > 0
            ? clock.GetUtcNow().AddSeconds(Math.Ceiling(left / perSecond)) : null);
    }
}

/// <summary>How far an issue has got, and how fast.</summary>
/// <param name="State">The issue's state.</param>
/// <param name="Counts">The totals of its deliveries.</param>
/// <param name="PerSecond">Messages recently accepted or rejected per second; 0 while the issue is not being sent.</param>
/// <param name="Eta">When the last delivery would be done at this rate, or null if that can't be known.</param>
public sealed record ProgressReport(IssueState State, IssueProgress Counts, double PerSecond, DateTimeOffset? Eta)
{
    /// <summary>Whether the totals can change only if a person decides something.</summary>
    public bool IsSettled => State switch
    {
        IssueState.Sent or IssueState.Draft or IssueState.Approved => true,
        IssueState.Cancelled => Counts is { Pending: 0, Deferred: 0 }, // deliveries under way at the cancellation are still recorded
        _ => false,
    };
}
