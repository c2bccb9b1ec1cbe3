using System.Collections.Concurrent;
using Dispatch.Worker.Issues;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// The sums of issues that are sent or were cancelled, once counted with nothing left open. They do not change until somebody decides
/// about their issue again, and to count the rows of a large audience for each look at the desk takes a second an issue.
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
