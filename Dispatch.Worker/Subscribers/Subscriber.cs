using System.Text.Encodings.Web;
using System.Text.Json;
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

    /// <summary>The purpose with which <see cref="SealedFields"/> is sealed.</summary>
    public const string FieldsPurpose = "subscriber.fields";

    public long Id { get; set; }

    /// <summary>The keyed hash of the normalized address, 32 bytes. The reader is looked up by it.</summary>
    public required byte[] AddressHash { get; set; }

    public required byte[] SealedAddress { get; set; }
    public byte[]? SealedName { get; set; }

    /// <summary>
    /// What else an import brought about the reader, such as a city, as a JSON object of texts. Null if there is nothing.
    /// </summary>
    public byte[]? SealedFields { get; set; }

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

    /// <summary>Returns the fields of an import by name, or an empty dictionary.</summary>
    public Dictionary<string, string> FieldsFrom(KeyRing ring) => FieldsIn(SealedFields, ring);

    /// <inheritdoc cref="FieldsFrom"/>
    public static Dictionary<string, string> FieldsIn(byte[]? sealedFields, KeyRing ring) => sealedFields is null ? []
        : JsonSerializer.Deserialize<Dictionary<string, string>>(ring.Open(sealedFields, FieldsPurpose)) ?? [];

    /// <summary>Seals fields by name. Returns null if there are none.</summary>
    public static byte[]? SealFields(IReadOnlyDictionary<string, string>? fields, KeyRing ring) => fields is not { Count: > 0 } ? null
        : ring.Seal(JsonSerializer.Serialize(fields, UnescapedJson), FieldsPurpose);

    // Escapes would make names in other scripts six times as long. The text is sealed and never shown as it is.
    private static readonly JsonSerializerOptions UnescapedJson = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
