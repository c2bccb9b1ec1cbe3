namespace Dispatch.Worker.Subscribers;

/// <summary>A reader, known by a keyed hash of the address; address and name are kept sealed.</summary>
public class Subscriber
{
    public long Id { get; set; }

    /// <summary>Keyed hash of the normalised address, 32 bytes: finds the reader without reading anybody's address.</summary>
    public required byte[] AddressHash { get; set; }

    /// <summary>Keyed hash of the address's domain, 32 bytes: for throttling only.</summary>
    public required byte[] DomainHash { get; set; }
    public required byte[] SealedAddress { get; set; }
    public byte[]? SealedName { get; set; }

    /// <summary>BCP 47 language the reader chose; empty means the newsletter's.</summary>
    public string? Language { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
}
