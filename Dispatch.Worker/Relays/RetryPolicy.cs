using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Relays;

/// <summary>
/// When a recipient that said "later" is tried again: one minute after the first attempt, then twice as long each time up to
/// four hours, each within a fifth either way so that deferred mail does not come back as one wave; never beyond
/// <see cref="DeliverySettings.RetryFor"/> after the first attempt.
/// </summary>
public sealed class RetryPolicy(IOptions<DeliverySettings> settings)
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    /// <param name="attempts">How many there have been, from 1.</param>
    /// <param name="firstAttemptAt">When the first was made.</param>
    /// <param name="now">The clock.</param>
    /// <returns>The next attempt's instant, or null when there is to be none.</returns>
    public DateTimeOffset? NextAttempt(int attempts, DateTimeOffset firstAttemptAt, DateTimeOffset now)
    {
        var wait = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, 16));
        wait = (wait < Longest ? wait : Longest) * (0.8 + 0.4 * Random.Shared.NextDouble());
        return now + wait <= firstAttemptAt + settings.Value.RetryFor ? now + wait : null;
    }
}
