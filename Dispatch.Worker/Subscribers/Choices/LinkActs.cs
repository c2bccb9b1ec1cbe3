using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// How often a reader's link may be used to act: twenty times an hour, because each act is recorded and each export reads a lot. Counted in
/// this process's memory, and only for links that exist. A request to be erased is never refused.
/// </summary>
public sealed class LinkActs(TimeProvider clock)
{
    public const int PerHour = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock sync = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset EndsAt)> acts = [];

    /// <summary>
    /// Counts an act; or returns how long to wait when there were enough within the hour, in which case it isn't counted.
    /// </summary>
    /// <param name="token">The link's, already known to be valid.</param>
    public TimeSpan? Take(string token)
    {
        var (key, now) = (Convert.ToHexString(ConfirmationTokens.Hash(token)), clock.GetUtcNow());
        lock (sync)
        {
            foreach (var (old, _) in acts.Where(kept => kept.Value.EndsAt <= now).ToList()) // as many as there are readers active this hour
                acts.Remove(old);
            var (count, endsAt) = acts.GetValueOrDefault(key, (0, now + Hour));
            if (count >= PerHour)
                return endsAt - now;
            acts[key] = (count + 1, endsAt);
            return null;
        }
    }
}
