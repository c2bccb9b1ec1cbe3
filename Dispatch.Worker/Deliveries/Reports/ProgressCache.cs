using System.Collections.Concurrent;
using Dispatch.Worker.Issues;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// The totals of issues that were sent or cancelled, once counted with nothing left open. They do not change until somebody makes another
/// decision about the issue, and counting the rows of a large audience for each view of the desk takes a second per issue.
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
