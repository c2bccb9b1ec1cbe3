using Dispatch.Worker.Hosting;

namespace Dispatch.Worker.Subscribers;

/// <summary>Limits that keep a form from being used to flood somebody's inbox.</summary>
public sealed class SubscriptionSettings : ISettings
{
    public static string Section => "Subscriptions";

    /// <summary>Confirmation mails to one address in 24 hours.</summary>
    public int PerAddressPerDay { get; set; } = 3;

    /// <summary>Sign-ups from one network (an IPv4 address, an IPv6 /64) in an hour.</summary>
    public int PerNetworkPerHour { get; set; } = 20;

    public IEnumerable<string> Faults()
    {
        if (PerAddressPerDay < 1)
            yield return $"Subscriptions:PerAddressPerDay is {PerAddressPerDay}: expected 1 or more, e.g. 3";
        if (PerNetworkPerHour < 1)
            yield return $"Subscriptions:PerNetworkPerHour is {PerNetworkPerHour}: expected 1 or more, e.g. 20";
    }
}
