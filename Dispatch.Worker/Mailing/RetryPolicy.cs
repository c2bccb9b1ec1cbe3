using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Mailing;

/// <summary>
/// Decides when a recipient is tried again after a temporary refusal (4xx). The first retry comes after one minute, and each wait is twice
/// as long as the one before, up to four hours. Waits vary by up to a fifth, to keep deferred mail from coming back in one wave.
/// </summary>
public sealed class RetryPolicy(IOptions<DeliverySettings> settings)
{
    /// <summary>How often a message whose outcome was lost is sent again automatically. After that, a person decides.</summary>
    public const int MostResends = 2;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(4);
    private static readonly TimeSpan MendedWithin = TimeSpan.FromDays(7);

    /// <param name="attempts">The number of attempts so far, from 1.</param>
    /// <param name="firstAttemptAt">The time of the first attempt.</param>
    /// <param name="now">The current time.</param>
    /// <returns>The time of the next attempt, or null if the retries have run out.</returns>
    public DateTimeOffset? NextAttempt(int attempts, DateTimeOffset firstAttemptAt, DateTimeOffset now) =>
        now + Wait(attempts) is var next && next <= firstAttemptAt + settings.Value.RetryFor ? next : null;

    /// <summary>
    /// Returns the time of the next attempt for a message refused for a reason on our side, or null if the retries have run out. The waits
    /// are half as long as usual, and retries continue for at least seven days, since somebody has to fix the reason.
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
