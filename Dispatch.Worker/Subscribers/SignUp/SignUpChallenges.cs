using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// What a sign-up has to show during a flood, without the need for a third party: some work, which a page's script does in a second or two;
/// or, for whoever allows no script, some patience. Either is good for one address only, since the challenge is made for it, so nothing has
/// to be stored. Patience costs a program nothing, and therefore counts for more.
/// </summary>
/// <remarks>
/// The work: a number in decimal digits such that SHA-256 of the challenge, a colon and the number begins with
/// <see cref="Bits"/> zero bits. A quarter of a million tries on average.
/// </remarks>
public sealed class SignUpChallenges(KeyRing ring, TimeProvider clock)
{
    public const int Bits = 18;

    /// <summary>How long whoever shows no work has to wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string Use = "sign-up-challenge";
    private const int SaltBytes = 4;
    private const int MarkBytes = 12; // with the number it fits into one block of SHA-256

    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(30);

    public string Make(EmailAddress address)
    {
        Span<byte> challenge = stackalloc byte[8 + SaltBytes + MarkBytes];
        BinaryPrimitives.WriteInt64BigEndian(challenge, clock.GetUtcNow().ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(challenge.Slice(8, SaltBytes));
        MarkOf(challenge[..(8 + SaltBytes)], address).CopyTo(challenge[(8 + SaltBytes)..]);
        return Base32.Encode(challenge);
    }

    public ChallengeOutcome Judge(string? challenge, string? proof, EmailAddress address)
    {
        Span<byte> bytes = stackalloc byte[8 + SaltBytes + MarkBytes];
        if (!Base32.TryDecode(challenge, bytes)
            || !CryptographicOperations.FixedTimeEquals(MarkOf(bytes[..(8 + SaltBytes)], address), bytes[(8 + SaltBytes)..]))
            return ChallengeOutcome.None;
        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        if (age > GoodFor)
            return ChallengeOutcome.None;
        return Solves(challenge!, proof) ? ChallengeOutcome.Solved : age >= Patience ? ChallengeOutcome.Waited : ChallengeOutcome.Early;
    }

    internal static bool Solves(string challenge, string? proof) =>
        proof is { Length: > 0 and <= 12 } && proof.All(char.IsAsciiDigit)
        && BitOperations.LeadingZeroCount(
            BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes($"{challenge}:{proof}")))) >= Bits;

    private ReadOnlySpan<byte> MarkOf(ReadOnlySpan<byte> head, EmailAddress address) =>
        ring.MarkOf(Use, [.. head, .. Encoding.UTF8.GetBytes(address.Key)]).AsSpan(0, MarkBytes);
}

public enum ChallengeOutcome
{
    /// <summary>Not one of our challenges for this address, or one that has expired.</summary>
    None,

    /// <summary>A valid one, but neither solved nor waited for.</summary>
    Early,
    Solved,
    Waited,
}
