using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// Limits the use of a reader's link to twenty acts an hour, because each act is audited and an export reads a lot. Only valid links are
/// counted, in this process's memory.
/// </summary>
public sealed class LinkActs(TimeProvider clock)
{
    public const int PerHour = 20;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Lock sync = new();
    private readonly Dictionary<string, (int Count, DateTimeOffset EndsAt)> acts = [];

    /// <summary>Counts an act and returns null. If the limit is reached, returns how long the reader has to wait.</summary>
    /// <param name="token">The link's token, already known to be valid.</param>
    public TimeSpan? Take(string token)
    {
        var (key, now) = (Convert.ToHexString(ConfirmationTokens.Hash(token)), clock.GetUtcNow());
        lock (sync)
        {
            foreach (var (old, _) in acts.Where(kept => kept.Value.EndsAt <= now).ToList()) // one entry per reader active this hour
                acts.Remove(old);
            var (count, endsAt) = acts.GetValueOrDefault(key, (0, now + Hour));
            if (count >= PerHour)
                return endsAt - now;
            acts[key] = (count + 1, endsAt);
            return null;
        }
    }
}
