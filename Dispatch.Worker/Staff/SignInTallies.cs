namespace Dispatch.Worker.Staff;

/// <summary>
/// Counts sign-in attempts, for ten minutes from the first, in this process's memory: a flood costs one entry each, and none of it is
/// stored. Thread-safe.
/// </summary>
public sealed class SignInTallies(TimeProvider clock)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // Beyond this, nobody new may try until some have expired: an attacker with that many networks meets a closed door, not a full memory.
    private const int MostKept = 100_000;

    private readonly Lock sync = new();
    private readonly Dictionary<(string Kind, string Value), Tally> tallies = [];

    /// <summary>Counts one more attempt; if the limit has been reached, returns how long to wait and does not count it.</summary>
    /// <param name="kind">What is counted, such as network.</param>
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

    /// <summary>Takes back an attempt that succeeded.</summary>
    public void GiveBack(string kind, string value)
    {
        lock (sync)
            if (tallies.TryGetValue((kind, value), out var tally) && --tally.Count <= 0)
                tallies.Remove((kind, value));
    }

    /// <summary>Forgets all attempts of one.</summary>
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
