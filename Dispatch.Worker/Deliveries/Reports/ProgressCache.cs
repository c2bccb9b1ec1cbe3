using System.Collections.Concurrent;
using Dispatch.Worker.Issues;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// Caches the totals of issues that are sent or cancelled and have no open deliveries: counting a large audience takes a second, too long
/// for each view of the desk. These totals change only when somebody decides about the issue again.
/// </summary>
public sealed class ProgressCache
{
    private readonly ConcurrentDictionary<int, (int Decision, IssueProgress Sums)> counted = [];

    internal IssueProgress? Find(Issue issue) =>
        IsOver(issue) && counted.TryGetValue(issue.Id, out var known) && known.Decision == issue.Decision ? known.Sums : null;

    internal void Keep(Issue issue, IssueProgress sums)
    {
        if (IsOver(issue) && sums is { Pending: 0, Deferred: 0, Uncertain: 0 })
            counted[issue.Id] = (issue.Decision, sums);
    }

    private static bool IsOver(Issue issue) => issue.State is IssueState.Sent or IssueState.Cancelled;
}
