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

    /// <summary>
    /// How long a worker that is not heard of keeps its chunks; one second to ten minutes. Another takes them over then. It is renewed
    /// three times within this time, so it must be longer than any pause of the database.
    /// </summary>
    public TimeSpan LeaseFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long "send now" holds before the first mail, to be taken back; zero to one hour.</summary>
    public TimeSpan UndoFor { get; set; } = TimeSpan.FromMinutes(1);

    public IEnumerable<string> Faults()
    {
        if (LeaseFor < TimeSpan.FromSeconds(1) || LeaseFor > TimeSpan.FromMinutes(10))
            yield return $"Delivery:LeaseFor is {LeaseFor}: expected one second to ten minutes, e.g. 00:00:30";
        if (UndoFor < TimeSpan.Zero || UndoFor > TimeSpan.FromHours(1))
            yield return $"Delivery:UndoFor is {UndoFor}: expected zero to one hour, e.g. 00:01:00";
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
