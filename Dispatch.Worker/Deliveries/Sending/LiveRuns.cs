using System.Collections.Concurrent;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// The chunks held by runs of this process. The process consults this list as well as the leases, so it never takes over a chunk from
/// itself, even if a clock changes or the renewal of a lease fails.
/// </summary>
public sealed class LiveRuns
{
    private readonly ConcurrentDictionary<(int IssueId, int Chunk), byte> held = [];
    private readonly ConcurrentDictionary<(int IssueId, int Chunk), byte> waited = [];

    public int Count => held.Count;

    /// <summary>
    /// Begins a run over a chunk. Returns false if another run of this process holds the chunk. If true, <see cref="End"/> must follow.
    /// </summary>
    public bool TryBegin(int issueId, int chunk) => held.TryAdd((issueId, chunk), 0);

    public void End(int issueId, int chunk) => held.TryRemove((issueId, chunk), out _);

    public bool Holds(int issueId, int chunk) => held.ContainsKey((issueId, chunk));

    /// <summary>Whether a chunk may wait for others (<see cref="ChunkRun.LeftToOthers"/>). Each does so only once.</summary>
    internal bool MayWait(int issueId, int chunk) => !waited.ContainsKey((issueId, chunk));

    internal void Waits(int issueId, int chunk) => waited.TryAdd((issueId, chunk), 0);

    public bool AnyOf(int issueId) => held.Any(one => one.Key.IssueId == issueId);
}
