using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers;

/// <summary>A reader, known by a keyed hash of the address; address and name are kept sealed.</summary>
public class Subscriber
{
    /// <summary>What <see cref="SealedAddress"/> is sealed as.</summary>
    public const string AddressPurpose = "subscriber.address";

    /// <summary>What <see cref="SealedName"/> is sealed as, here and in a <see cref="Confirmations.Confirmation"/>.</summary>
    public const string NamePurpose = "subscriber.name";

    public long Id { get; set; }

    /// <summary>Keyed hash of the normalised address, 32 bytes: finds the reader without reading anybody's address.</summary>
    public required byte[] AddressHash { get; set; }

    public required byte[] SealedAddress { get; set; }
    public byte[]? SealedName { get; set; }

    /// <summary>BCP 47 language the reader chose; empty means the newsletter's.</summary>
    public string? Language { get; set; }

    /// <summary>The day of the first sign-up; the hour would tell anyone with a log of visits who it was.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    public static Subscriber New(EmailAddress address, KeyRing ring, DateTimeOffset now) => new()
    {
        AddressHash = ring.HashOf(address),
        SealedAddress = ring.Seal(address.Normalized, AddressPurpose),
        CreatedAt = RoundedInstants.DayOf(now),
    };

    public void MoveTo(EmailAddress address, KeyRing ring) =>
        (AddressHash, SealedAddress) = (ring.HashOf(address), ring.Seal(address.Normalized, AddressPurpose));

    public EmailAddress AddressFrom(KeyRing ring) => EmailAddress.Parse(ring.Open(SealedAddress, AddressPurpose));

    public string? NameFrom(KeyRing ring) => SealedName is null ? null : ring.Open(SealedName, NamePurpose);
}
