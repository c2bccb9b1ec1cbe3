using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// How often a reader's link is acted by: twenty times an hour, for each act is written down and each export reads a lot. Counted in this
/// process's memory, by links that exist alone. To be erased is never refused.
/// </summary>
public sealed class LinkActs(TimeProvider clock)
{
    public const int PerHour = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock sync = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset EndsAt)> acts = [];

    /// <summary>Counts an act; how long to wait when there were enough within the hour, and then it isn't counted.</summary>
    /// <param name="token">The link's, which is good.</param>
    public TimeSpan? Take(string token)
    {
        var (key, now) = (Convert.ToHexString(ConfirmationTokens.Hash(token)), clock.GetUtcNow());
        lock (sync)
        {
            foreach (var (old, _) in acts.Where(kept => kept.Value.EndsAt <= now).ToList()) // as many as readers who are at it this hour
                acts.Remove(old);
            var (count, endsAt) = acts.GetValueOrDefault(key, (0, now + Hour));
            if (count >= PerHour)
                return endsAt - now;
            acts[key] = (count + 1, endsAt);
            return null;
        }
    }
}
