using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>Limits that keep a form from being used to flood somebody's inbox.</summary>
public sealed class SubscriptionSettings : ISettings
{
    public static string Section => "Subscriptions";

    /// <summary>
    /// Mails per 24 hours to one address that somebody typed in: confirmations, new links for those, checks of a new address.
    /// </summary>
    public int PerAddressPerDay { get; set; } = 3;

    /// <summary>Sign-ups from one network (an IPv4 address, an IPv6 /64) per hour.</summary>
    public int PerNetworkPerHour { get; set; } = 20;

    /// <summary>Sign-ups from everybody together per hour; 0: no limit.</summary>
    public int PerHour { get; set; } = 2000;

    /// <summary>
    /// With more attempts than this in ten minutes, each sign-up has to show some work or some patience (see
    /// <see cref="SignUpChallenges"/>); 0: never.
    /// </summary>
    public int ProofOfWorkAbove { get; set; } = 100;

    /// <summary>Whoever sends our form sooner than this after it was shown is not a person.</summary>
    public TimeSpan MinimumTime { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>No sign-up is answered sooner than this: how long the work took would tell a known address from a new one.</summary>
    public TimeSpan AnswerAfter { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Domains of disposable addresses, including all their subdomains: readers who use one are warned.</summary>
    public List<string> DisposableDomains { get; set; } = [];

    /// <summary>A file with such domains, one per line, # for comments; a relative path is relative to the data directory.</summary>
    public string DisposableDomainsFile { get; set; } = "";

    /// <summary>Ask DNS, before a confirmation is mailed, whether the address's domain accepts mail at all.</summary>
    public bool LookUpMx { get; set; } = true;

    /// <summary>
    /// How long a reader's address and name are kept after they left their last newsletter; after that only a keyed hash of the address is
    /// left, which keeps them off. 30 days or more; 0: for good.
    /// </summary>
    public TimeSpan KeepUnsubscribedFor { get; set; } = TimeSpan.FromDays(365);

    public IEnumerable<string> Faults()
    {
        if (PerAddressPerDay < 1)
            yield return $"Subscriptions:PerAddressPerDay is {PerAddressPerDay}: expected 1 or more, e.g. 3";
        if (PerNetworkPerHour < 1)
            yield return $"Subscriptions:PerNetworkPerHour is {PerNetworkPerHour}: expected 1 or more, e.g. 20";
        if (PerHour < 0)
            yield return $"Subscriptions:PerHour is {PerHour}: expected 1 or more, e.g. 2000, or 0 for no limit";
        if (ProofOfWorkAbove < 0)
            yield return $"Subscriptions:ProofOfWorkAbove is {ProofOfWorkAbove}: expected 1 or more, e.g. 100, or 0 for never";
        if (MinimumTime < TimeSpan.Zero || MinimumTime > TimeSpan.FromMinutes(1))
            yield return $"Subscriptions:MinimumTime is {MinimumTime}: expected up to a minute, e.g. 00:00:02";
        if (AnswerAfter < TimeSpan.Zero || AnswerAfter > TimeSpan.FromSeconds(10))
            yield return $"Subscriptions:AnswerAfter is {AnswerAfter}: expected up to ten seconds, e.g. 00:00:00.1";
        if (KeepUnsubscribedFor != TimeSpan.Zero && KeepUnsubscribedFor.TotalDays is < 30 or > 3660)
            yield return $"Subscriptions:KeepUnsubscribedFor is {KeepUnsubscribedFor}: expected 30 days to ten years, e.g. 365.00:00:00, "
                + "or 0 for good";
        for (var index = 0; index < DisposableDomains.Count; index++)
            if (!DisposableDomains[index].Contains('.', StringComparison.Ordinal))
                yield return $"Subscriptions:DisposableDomains:{index} is '{DisposableDomains[index]}': expected a domain, e.g. "
                    + "throwaway.example";
    }
}
