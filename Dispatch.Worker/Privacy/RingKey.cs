using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Worker.Privacy;

/// <summary>One key of the ring. HKDF derives a separate key for each use, so no use can weaken another.</summary>
#pragma warning disable CA1001 // This object lives as long as the process, and its ciphers as long as their threads.
internal sealed class RingKey
#pragma warning restore CA1001
{
    public const int SecretBytes = 32;

    // Only one thread at a time may use an AesGcm, and creating one costs as much as sealing a value. So each thread has its own.
    private readonly ThreadLocal<AesGcm> sealing;

    public RingKey(byte id, byte[] secret, DateTimeOffset createdAt)
    {
        (Id, Secret, CreatedAt) = (id, secret, createdAt);
        var sealingKey = Derive(secret, "dispatch/seal", 32);
        sealing = new(() => new AesGcm(sealingKey, AesGcm.TagByteSizes.MaxSize));
        Links = new LinkCipher(Derive(secret, "dispatch/link-block", 32), Derive(secret, "dispatch/link-check", 32));
        ConfirmationKey = Derive(secret, "dispatch/confirmation", 32);
    }

    public byte Id { get; }

    public byte[] Secret { get; }

    public DateTimeOffset CreatedAt { get; }

    public AesGcm Sealing => sealing.Value!;

    public LinkCipher Links { get; }

    public byte[] ConfirmationKey { get; }

    // HKDF (RFC 5869). The "/v1" allows an algorithm to be replaced later without reusing its key.
    public static byte[] Derive(byte[] secret, string use, int length) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, length, salt: [], Encoding.ASCII.GetBytes(use + "/v1"));
}
