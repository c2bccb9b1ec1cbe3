using System.Collections.Concurrent;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// The chunks that runs of this process hold. Even if a clock is changed or a renewal fails, this process never takes over from itself what
/// it is mailing.
/// </summary>
public sealed class LiveRuns
{
    private readonly ConcurrentDictionary<(int IssueId, int Chunk), byte> held = [];

    public int Count => held.Count;

    /// <summary>False when another run of this process has it; otherwise <see cref="End"/> must follow.</summary>
    public bool TryBegin(int issueId, int chunk) => held.TryAdd((issueId, chunk), 0);

    public void End(int issueId, int chunk) => held.TryRemove((issueId, chunk), out _);

    public bool Holds(int issueId, int chunk) => held.ContainsKey((issueId, chunk));

    public bool AnyOf(int issueId) => held.Any(one => one.Key.IssueId == issueId);
}
