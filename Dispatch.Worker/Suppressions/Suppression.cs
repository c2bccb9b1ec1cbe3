namespace Dispatch.Worker.Suppressions;

/// <summary>An address that must never be mailed again, stored only as a keyed hash.</summary>
public class Suppression
{
    /// <summary>The keyed hash of the normalised address, 32 bytes.</summary>
    public required byte[] AddressHash { get; set; }
    public SuppressionReason Reason { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

public enum SuppressionReason
{
    HardBounce,
    Complaint,

    /// <summary>Messages came back as undeliverable at the moment, in a row, for weeks.</summary>
    SoftBounce,
    Erased,
    Manual,
}
