using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Makes and checks the challenges that a sign-up must answer during a flood, or if a robot may have sent it. The answer is work, which a
/// script on the page does in a second or two, or a wait, for browsers without script. A wait costs an attacker nothing, so it counts as
/// more sign-ups than work does.
/// </summary>
/// <remarks>
/// The work is to find a decimal number for which the SHA-256 of challenge, colon and number begins with <see cref="Bits"/> zero bits. On
/// average this takes a quarter of a million tries.
/// </remarks>
public sealed class SignUpChallenges(KeyRing ring, TimeProvider clock)
{
    public const int Bits = 18;

    /// <summary>How long a sign-up without work has to wait.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string Use = "sign-up-challenge";
    private const int SaltBytes = 4;
    private const int MarkBytes = 12; // short enough for the challenge and the number to fit into one block of SHA-256

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
    /// <summary>The challenge has expired, or was made for another address.</summary>
    None,

    /// <summary>The challenge is valid, but the work was not done and the wait is not over.</summary>
    Early,
    Solved,
    Waited,
}
