using System.Collections.Concurrent;
using Dispatch.Worker.Issues;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// The sums of issues that are sent, once counted. They do not change while their issue stays sent, and to count the rows of a large
/// audience again for each look at the desk takes a second an issue. One sent again, to the rest, has another instant.
/// </summary>
public sealed class SentIssues
{
    private readonly ConcurrentDictionary<int, ((DateTimeOffset First, DateTimeOffset? Later) SentAt, IssueProgress Sums)> counted = [];

    internal IssueProgress? Find(Issue issue) =>
        issue is { State: IssueState.Sent, SentAt: { } sentAt } && counted.TryGetValue(issue.Id, out var known) && known.SentAt == (sentAt, issue.RestSentAt) ? known.Sums : null;

    internal void Keep(Issue issue, IssueProgress sums)
    {
        if (issue is { State: IssueState.Sent, SentAt: { } sentAt })
            counted[issue.Id] = ((sentAt, issue.RestSentAt), sums);
    }
}
