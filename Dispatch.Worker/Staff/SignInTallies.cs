namespace Dispatch.Worker.Staff;

/// <summary>
/// Counts tries to sign in, for ten minutes from the first, in this process's memory: what a flood costs is one entry each, and nothing
/// of it is stored. Safe to use from any number of threads.
/// </summary>
public sealed class SignInTallies(TimeProvider clock)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // Beyond it nobody new is let try until some have run out: an attacker with so many networks meets a closed door, not a full memory.
    private const int MostKept = 100_000;

    private readonly Lock sync = new();
    private readonly Dictionary<(string Kind, string Value), Tally> tallies = [];

    /// <summary>Counts one more try; how long to wait when there were as many as allowed, and then it isn't counted.</summary>
    /// <param name="kind">What is counted, as in network.</param>
    /// <param name="value">Which one.</param>
    /// <param name="most">How many are allowed within <see cref="Window"/>.</param>
    public TimeSpan? Take(string kind, string value, int most)
    {
        var now = clock.GetUtcNow();
        lock (sync)
        {
            if (tallies.TryGetValue((kind, value), out var tally) && tally.EndsAt > now)
            {
                if (tally.Count >= most)
                    return tally.EndsAt - now;
                tally.Count++;
                return null;
            }
            if (tallies.Count >= MostKept)
                Forget(now);
            if (tallies.Count >= MostKept)
                return Window;
            tallies[(kind, value)] = new Tally { Count = 1, EndsAt = now + Window };
            return null;
        }
    }

    /// <summary>Takes one back that went well.</summary>
    public void GiveBack(string kind, string value)
    {
        lock (sync)
            if (tallies.TryGetValue((kind, value), out var tally) && --tally.Count <= 0)
                tallies.Remove((kind, value));
    }

    /// <summary>Forgets all there were of one.</summary>
    public void Clear(string kind, string value)
    {
        lock (sync)
            tallies.Remove((kind, value));
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (key, _) in tallies.Where(kept => kept.Value.EndsAt <= now).ToList())
            tallies.Remove(key);
    }

    private sealed class Tally
    {
        public int Count { get; set; }
        public DateTimeOffset EndsAt { get; init; }
    }
}
