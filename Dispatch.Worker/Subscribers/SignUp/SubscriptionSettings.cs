using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>Limits on sign-ups, and how long readers' data are kept.</summary>
public sealed class SubscriptionSettings : ISettings
{
    public static string Section => "Subscriptions";

    /// <summary>The maximum number of messages per 24 hours to an address that somebody typed.</summary>
    public int PerAddressPerDay { get; set; } = 3;

    /// <summary>The maximum number of sign-ups per hour from one network (an IPv4 address or an IPv6 /64).</summary>
    public int PerNetworkPerHour { get; set; } = 20;

    /// <summary>The maximum number of sign-ups per hour in total, or 0 for no limit.</summary>
    public int PerHour { get; set; } = 2000;

    /// <summary>
    /// The number of attempts in ten minutes above which each sign-up has to answer a challenge (<see cref="SignUpChallenges"/>), or 0 for
    /// never.
    /// </summary>
    public int ProofOfWorkAbove { get; set; } = 100;

    /// <summary>The shortest time in which a person fills in the form. A form that comes back sooner may be a robot's.</summary>
    public TimeSpan MinimumTime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The minimum time before a sign-up is answered. A faster answer could reveal whether the address is known.</summary>
    public TimeSpan AnswerAfter { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Domains of providers of disposable addresses. Subdomains match too. A reader who signs up with such an address is warned.
    /// </summary>
    public List<string> DisposableDomains { get; set; } = [];

    /// <summary>
    /// A file of disposable domains, one per line, with # for comments. A relative path is resolved against the data directory.
    /// </summary>
    public string DisposableDomainsFile { get; set; } = "";

    /// <summary>Whether to ask DNS, before a confirmation is mailed, if the address's domain accepts mail.</summary>
    public bool LookUpMx { get; set; } = true;

    /// <summary>
    /// How long addresses and names are kept after readers have left their last newsletter: at least 30 days, or 0 for ever. Afterwards,
    /// only a keyed hash of the address stays, so no import brings the reader back.
    /// </summary>
    public TimeSpan KeepUnsubscribedFor { get; set; } = TimeSpan.FromDays(365);

    public IEnumerable<string> Faults()
    {
        if (PerAddressPerDay < 1)
            yield return $"Subscriptions:PerAddressPerDay is {PerAddressPerDay}: use 1 or more, e.g. 3";
        if (PerNetworkPerHour < 1)
            yield return $"Subscriptions:PerNetworkPerHour is {PerNetworkPerHour}: use 1 or more, e.g. 20";
        if (PerHour < 0)
            yield return $"Subscriptions:PerHour is {PerHour}: use 1 or more, e.g. 2000, or 0 for no limit";
        if (ProofOfWorkAbove < 0)
            yield return $"Subscriptions:ProofOfWorkAbove is {ProofOfWorkAbove}: use 1 or more, e.g. 100, or 0 for never";
        if (MinimumTime < TimeSpan.Zero || MinimumTime > TimeSpan.FromMinutes(1))
            yield return $"Subscriptions:MinimumTime is {MinimumTime}: use up to a minute, e.g. 00:00:02";
        if (AnswerAfter < TimeSpan.Zero || AnswerAfter > TimeSpan.FromSeconds(10))
            yield return $"Subscriptions:AnswerAfter is {AnswerAfter}: use up to ten seconds, e.g. 00:00:00.1";
        if (KeepUnsubscribedFor != TimeSpan.Zero && KeepUnsubscribedFor.TotalDays is < 30 or > 3660)
            yield return $"Subscriptions:KeepUnsubscribedFor is {KeepUnsubscribedFor}: use 30 days to ten years, e.g. 365.00:00:00, "
                + "or 0 for good";
        for (var index = 0; index < DisposableDomains.Count; index++)
            if (!DisposableDomains[index].Contains('.', StringComparison.Ordinal))
                yield return $"Subscriptions:DisposableDomains:{index} is '{DisposableDomains[index]}': use a domain, e.g. "
                    + "throwaway.example";
    }
}
