using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Worker.Privacy;

/// <summary>Derives the token of a confirmation or one-time link from the key ring and a random seed.</summary>
/// <remarks>
/// The database stores only the seed and the token's hash, which reveal nothing without the ring. The token is derived when its message is
/// written, so it is in no table, queue or log.
/// </remarks>
public sealed class ConfirmationTokens(KeyRing ring)
{
    /// <summary>The length of a token, in characters.</summary>
    public const int Length = 32;

    public const int SeedBytes = 16;
    public const int HashBytes = 32;

    private const int TokenBytes = 20;

    /// <summary>Returns a random seed for a new token.</summary>
    public static byte[] NewSeed() => RandomNumberGenerator.GetBytes(SeedBytes);

    /// <summary>Returns the token for a seed under the current key.</summary>
    public string Derive(byte[] seed) => Derive(seed, ring.Current);

    /// <summary>
    /// Returns the token with this hash, derived under any key of the ring. If no known key fits, the key file is read again.
    /// </summary>
    /// <exception cref="KeyRingException"><see cref="KeyRingException.KeyIsMissing"/>: no key of the ring gives this hash.</exception>
    public string Recover(byte[] seed, byte[] hash) =>
        Find(seed, hash) ?? (ring.ReadAgain() ? Find(seed, hash) : null) ?? throw ring.KeyMissing("a link was made");

    /// <summary>
    /// Returns the hash by which a token is stored and looked up, in any letter case. Null and invalid tokens have a hash too.
    /// </summary>
    public static byte[] Hash(string? token) => SHA256.HashData(Encoding.UTF8.GetBytes((token ?? "").ToLowerInvariant()));

    private string? Find(byte[] seed, byte[] hash) =>
        ring.NewestFirst.Select(key => Derive(seed, key))
            .FirstOrDefault(token => CryptographicOperations.FixedTimeEquals(Hash(token), hash));

    private static string Derive(byte[] seed, RingKey key) =>
        Base32.Encode(HMACSHA256.HashData(key.ConfirmationKey, seed).AsSpan(0, TokenBytes));
}
