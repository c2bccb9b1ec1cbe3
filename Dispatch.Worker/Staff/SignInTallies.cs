namespace Dispatch.Worker.Staff;

/// <summary>
/// Counts attempts to sign in by network, address or browser, for ten minutes from the first attempt. The counts are in this process's
/// memory only. Thread-safe.
/// </summary>
public sealed class SignInTallies(TimeProvider clock)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    // Once this many entries are stored, attempts from new networks and for new addresses are refused, so an attacker can't fill the
    // memory.
    private const int MostKept = 100_000;

    private readonly Lock sync = new();
    private readonly Dictionary<(string Kind, string Value), Tally> tallies = [];

    /// <summary>Counts an attempt and returns null. If the limit is reached, counts nothing and returns how long to wait.</summary>
    /// <param name="kind">What the attempts are counted by, such as network or address.</param>
    /// <param name="value">The particular network, address or browser.</param>
    /// <param name="most">The maximum number of attempts within <see cref="Window"/>.</param>
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

    /// <summary>Undoes the counting of an attempt that succeeded.</summary>
    public void GiveBack(string kind, string value)
    {
        lock (sync)
            if (tallies.TryGetValue((kind, value), out var tally) && --tally.Count <= 0)
                tallies.Remove((kind, value));
    }

    /// <summary>Deletes the count of one network, address or browser.</summary>
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
