namespace Dispatch.Worker.Suppressions;

/// <summary>An address that must never be mailed again, stored only as a keyed hash.</summary>
public class Suppression
{
    /// <summary>The keyed hash of the normalized address, 32 bytes.</summary>
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

public static class SuppressionReasons
{
    /// <summary>
    /// Returns the more careful of two reasons. After an erasure a reader may be asked for a confirmation; after the others nobody is.
    /// </summary>
    public static SuppressionReason MoreCareful(SuppressionReason one, SuppressionReason other) => Rank(one) >= Rank(other) ? one : other;

    private static int Rank(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Erased => 0,
        SuppressionReason.SoftBounce => 1,
        SuppressionReason.HardBounce => 2,
        SuppressionReason.Complaint => 3,
        _ => 4,
    };
}
