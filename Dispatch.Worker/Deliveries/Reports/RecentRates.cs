using System.Collections.Concurrent;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// How fast each issue has been going lately, from how its totals grew between reports. The rows themselves can't say: the time of an
/// accepted message is kept to the hour only.
/// </summary>
public sealed class RecentRates(TimeProvider clock)
{
    /// <summary>The period that counts as recent: long enough for a steady rate, short enough to show a standstill.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    // Totals taken at shorter intervals add nothing to the rate.
    private static readonly TimeSpan Apart = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, Queue<(DateTimeOffset At, int Settled)>> totals = [];

    /// <summary>
    /// Returns the deliveries of an issue settled per second: since the oldest total of the last 30 seconds, or since sending began when
    /// this process has no such total.
    /// </summary>
    /// <param name="issueId">The issue, which is being sent.</param>
    /// <param name="startedAt">When sending began.</param>
    /// <param name="settled">How many deliveries are settled by now.</param>
    public double Next(int issueId, DateTimeOffset startedAt, int settled)
    {
        var now = clock.GetUtcNow();
        var known = totals.GetOrAdd(issueId, _ => []);
        lock (known)
        {
            while (known.TryPeek(out var oldest) && oldest.At < now - Window)
                known.Dequeue();
            var (since, before) = known.TryPeek(out var first) && now - first.At >= Apart ? first : (startedAt, 0);
            if (known.Count == 0 || now - known.Last().At >= Apart)
                known.Enqueue((now, settled));
            return Math.Max(0, settled - before) / Math.Max(1, (now - since).TotalSeconds);
        }
    }

    /// <summary>Forgets an issue that is no longer being sent.</summary>
    public void Forget(int issueId) => totals.TryRemove(issueId, out _);
}
