using Dispatch.Worker.Hosting;

namespace Dispatch.Worker.Relays;

/// <summary>How long and how eagerly a delivery is tried.</summary>
public sealed class DeliverySettings : ISettings
{
    public static string Section => "Delivery";

    /// <summary>How long a deferred delivery is tried, from the first attempt; one minute to seven days.</summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>What becomes of a mail whose outcome a crash hid.</summary>
    public UncertainDelivery Uncertain { get; set; } = UncertainDelivery.Resend;

    public IEnumerable<string> Faults()
    {
        if (RetryFor < TimeSpan.FromMinutes(1) || RetryFor > TimeSpan.FromDays(7))
            yield return $"Delivery:RetryFor is {RetryFor}: expected one minute to seven days, e.g. 1.00:00:00";
    }
}

public enum UncertainDelivery
{
    /// <summary>It is sent again with the same Message-ID.</summary>
    Resend,

    /// <summary>It waits for a person.</summary>
    Ask,
}
