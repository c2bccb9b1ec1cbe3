using System.Security.Cryptography;
using System.Text;

namespace Dispatch.Worker.Privacy;

/// <summary>
/// Derives the single-use token of a confirmation mail from the ring and a random seed, so that it need not be stored to be mailed again.
/// </summary>
/// <remarks>
/// The row holds the seed and the token's hash. Neither reveals the token without the ring; with the ring, the worker derives it when it
/// writes the mail, so that it is in no table, queue or log.
/// </remarks>
public sealed class ConfirmationTokens(KeyRing ring)
{
    /// <summary>How many characters a token has.</summary>
    public const int Length = 32;

    public const int SeedBytes = 16;
    public const int HashBytes = 32;

    private const int TokenBytes = 20;

    /// <summary>A fresh seed for a new confirmation.</summary>
    public static byte[] NewSeed() => RandomNumberGenerator.GetBytes(SeedBytes);

    /// <summary>The token for a seed under the current key.</summary>
    public string Derive(byte[] seed) => Derive(seed, ring.Current);

    /// <summary>
    /// The token that once had this hash, whichever key made it; for a key that this process hasn't seen, the key file is read again.
    /// </summary>
    /// <exception cref="KeyRingException"><see cref="KeyRingException.KeyIsMissing"/>: none of the ring's keys made it.</exception>
    public string Recover(byte[] seed, byte[] hash) =>
        Find(seed, hash) ?? (ring.ReadAgain() ? Find(seed, hash) : null) ?? throw ring.KeyMissing("a link was made");

    /// <summary>
    /// What is stored, and what a returning token is looked up by. Letter case does not matter; null and nonsense have a hash too.
    /// </summary>
    public static byte[] Hash(string? token) => SHA256.HashData(Encoding.UTF8.GetBytes((token ?? "").ToLowerInvariant()));

    private string? Find(byte[] seed, byte[] hash) =>
        ring.NewestFirst.Select(key => Derive(seed, key))
            .FirstOrDefault(token => CryptographicOperations.FixedTimeEquals(Hash(token), hash));

    private static string Derive(byte[] seed, RingKey key) =>
        Base32.Encode(HMACSHA256.HashData(key.ConfirmationKey, seed).AsSpan(0, TokenBytes));
}
