using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// When a recipient that said "later" is tried again: one minute after the first attempt, then twice as long each time up to four hours,
/// each varied by up to a fifth either way so that deferred mail does not come back in one wave; never beyond
/// <see cref="DeliverySettings.RetryFor"/> after the first attempt.
/// </summary>
public sealed class RetryPolicy(IOptions<DeliverySettings> settings)
{
    /// <summary>How often a mail whose outcome was lost is sent again automatically; after that a person decides.</summary>
    public const int MostResends = 2;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);
    private static readonly TimeSpan MendedWithin = TimeSpan.FromDays(7);

    /// <param name="attempts">How many there have been, from 1.</param>
    /// <param name="firstAttemptAt">When the first was made.</param>
    /// <param name="now">The current time.</param>
    /// <returns>When the next attempt is due, or null if there is to be none.</returns>
    public DateTimeOffset? NextAttempt(int attempts, DateTimeOffset firstAttemptAt, DateTimeOffset now) =>
        now + Wait(attempts) is var next && next <= firstAttemptAt + settings.Value.RetryFor ? next : null;

    /// <summary>
    /// The same for a mail that was refused for a reason on our side: somebody has to fix that, which may take a weekend. The first retry
    /// comes sooner, in case a setting was wrong only briefly.
    /// </summary>
    public DateTimeOffset? NextAttemptAfterRefusal(int attempts, DateTimeOffset firstAttemptAt, DateTimeOffset now) =>
        now + Wait(attempts) / 2 is var next
            && next <= firstAttemptAt + (settings.Value.RetryFor > MendedWithin ? settings.Value.RetryFor : MendedWithin) ? next : null;

    private static TimeSpan Wait(int attempts)
    {
        var wait = First * Math.Pow(2, Math.Clamp(attempts - 1, 0, 16));
        return (wait < Longest ? wait : Longest) * (0.8 + 0.4 * Random.Shared.NextDouble());
    }
}
