using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Mailing;

/// <summary>Settings for deliveries: how long they are tried, and how fast they are sent.</summary>
public sealed class DeliverySettings : ISettings
{
    public static string Section => "Delivery";

    /// <summary>How long a deferred delivery is retried, from the first attempt; one minute to seven days.</summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromDays(1);

    /// <summary>What happens to a message whose outcome is unknown after a crash or a broken connection.</summary>
    public UncertainDelivery Uncertain { get; set; } = UncertainDelivery.Resend;

    /// <summary>
    /// How long the lease on a chunk lasts without renewal; one second to ten minutes. After that, another worker takes the chunk over. The
    /// time must be longer than any pause of the database.
    /// </summary>
    public TimeSpan LeaseFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long "send now" waits before the first message; zero to one hour. Until then the issue can be taken back.</summary>
    public TimeSpan UndoFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The maximum rate of each worker in messages per second, over all relays. Null if there is no limit.</summary>
    public double? MessagesPerSecond { get; set; }

    /// <summary>Each worker's limits for one receiving domain.</summary>
    public PerDomainSettings PerDomain { get; set; } = new();

    /// <summary>A growing daily limit for a new sender address. There is no limit unless From is set.</summary>
    public WarmUpSettings WarmUp { get; set; } = new();

    /// <summary>Whether a setting is a rate, or null for no limit. NaN and infinity are not.</summary>
    internal static bool IsRate(double? rate) => rate is null or (> 0 and < double.PositiveInfinity);

    public IEnumerable<string> Faults()
    {
        if (!IsRate(MessagesPerSecond))
            yield return $"Delivery:MessagesPerSecond is {MessagesPerSecond}: use more than 0, e.g. 50, or nothing for no limit";
        if (PerDomain.Connections is < 1)
            yield return $"Delivery:PerDomain:Connections is {PerDomain.Connections}: use 1 or more, e.g. 2, or nothing for no limit";
        if (!IsRate(PerDomain.MessagesPerSecond))
            yield return $"Delivery:PerDomain:MessagesPerSecond is {PerDomain.MessagesPerSecond}: use more than 0, e.g. 5, or "
                + "nothing for no limit";
        if (WarmUp.FirstDay < 1)
            yield return $"Delivery:WarmUp:FirstDay is {WarmUp.FirstDay}: use 1 or more emails, e.g. 200";
        if (WarmUp.Growth is not (>= 1 and <= 10)) // NaN is neither less nor more
            yield return $"Delivery:WarmUp:Growth is {WarmUp.Growth}: use 1 to 10, e.g. 1.5 for half as many more each day";
        if (LeaseFor < TimeSpan.FromSeconds(1) || LeaseFor > TimeSpan.FromMinutes(10))
            yield return $"Delivery:LeaseFor is {LeaseFor}: use one second to ten minutes, e.g. 00:00:30";
        if (UndoFor < TimeSpan.Zero || UndoFor > TimeSpan.FromHours(1))
            yield return $"Delivery:UndoFor is {UndoFor}: use zero to one hour, e.g. 00:01:00";
        if (RetryFor < TimeSpan.FromMinutes(1) || RetryFor > TimeSpan.FromDays(7))
            yield return $"Delivery:RetryFor is {RetryFor}: use one minute to seven days, e.g. 1.00:00:00";
    }
}

/// <summary>Limits for one receiving domain.</summary>
public sealed class PerDomainSettings
{
    /// <summary>The maximum number of messages under way at once. Null if there is no limit.</summary>
    public int? Connections { get; set; }

    /// <summary>The maximum number of messages per second. Null if there is no limit.</summary>
    public double? MessagesPerSecond { get; set; }
}

/// <summary>The warm-up plan of a sender that mail hosts don't know yet.</summary>
public sealed class WarmUpSettings
{
    /// <summary>The day (UTC) on which the plan begins. Null if there is no plan.</summary>
    public DateOnly? From { get; set; }

    /// <summary>The number of messages allowed on the first day, over all workers.</summary>
    public int FirstDay { get; set; } = 200;

    /// <summary>The factor by which the limit grows from one day to the next; 1 to 10.</summary>
    public double Growth { get; set; } = 1.5;

    /// <summary>Returns how many messages may be sent on a day, or null if there is no limit.</summary>
    public int? LimitOn(DateOnly day) => From is { } from
        && FirstDay * Math.Pow(Growth, Math.Max(0, day.DayNumber - from.DayNumber)) is < int.MaxValue and var limit ? (int)limit : null;
}

public enum UncertainDelivery
{
    /// <summary>The message is sent again with the same Message-ID.</summary>
    Resend,

    /// <summary>The message waits for a person to decide.</summary>
    Ask,
}
