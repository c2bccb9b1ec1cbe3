using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers;

/// <summary>A reader, identified by a keyed hash of the address. Address and name are sealed.</summary>
public class Subscriber
{
    /// <summary>The purpose with which <see cref="SealedAddress"/> is sealed.</summary>
    public const string AddressPurpose = "subscriber.address";

    /// <summary>
    /// The purpose with which <see cref="SealedName"/> is sealed, here and in a <see cref="Confirmations.Confirmation"/>.
    /// </summary>
    public const string NamePurpose = "subscriber.name";

    public long Id { get; set; }

    /// <summary>The keyed hash of the normalised address, 32 bytes. The reader is looked up by it.</summary>
    public required byte[] AddressHash { get; set; }

    public required byte[] SealedAddress { get; set; }
    public byte[]? SealedName { get; set; }

    /// <summary>The language that the reader chose, as a BCP 47 tag, or null for each newsletter's own language.</summary>
    public string? Language { get; set; }

    /// <summary>The day of the first sign-up, without the hour. With the hour, a log of visits could reveal who the reader is.</summary>
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
