namespace Dispatch.Worker.Suppressions;

/// <summary>An address that is never to be mailed again, known only by its keyed hash.</summary>
public class Suppression
{
    /// <summary>Keyed hash of the normalised address, 32 bytes.</summary>
    public required byte[] AddressHash { get; set; }
    public SuppressionReason Reason { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}

public enum SuppressionReason
{
    HardBounce,
    Complaint,
    Erased,
    Manual,
}
