using Dispatch.Worker.Addresses;
using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers;

/// <summary>A reader, known by a keyed hash of the address; address and name are kept sealed.</summary>
public class Subscriber
{
    /// <summary>What <see cref="SealedAddress"/> is sealed as.</summary>
    public const string AddressPurpose = "subscriber.address";

    /// <summary>What <see cref="SealedName"/> is sealed as, here and in a <see cref="Confirmation"/>.</summary>
    public const string NamePurpose = "subscriber.name";

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

    public static Subscriber New(EmailAddress address, KeyRing ring, DateTimeOffset now) => new()
    {
        AddressHash = ring.HashOf(address),
        DomainHash = ring.DomainHashOf(address),
        SealedAddress = ring.Seal(address.Normalized, AddressPurpose),
        CreatedAt = now,
    };

    public void MoveTo(EmailAddress address, KeyRing ring) =>
        (AddressHash, DomainHash, SealedAddress) = (ring.HashOf(address), ring.DomainHashOf(address), ring.Seal(address.Normalized, AddressPurpose));

    public EmailAddress AddressFrom(KeyRing ring) => EmailAddress.Parse(ring.Open(SealedAddress, AddressPurpose));

    public string? NameFrom(KeyRing ring) => SealedName is null ? null : ring.Open(SealedName, NamePurpose);
}
