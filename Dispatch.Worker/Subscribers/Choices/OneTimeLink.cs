using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// A link that was mailed a moment ago, and so shows that whoever opens it reads mail at the address it was sent to. The links at the foot
/// of issues show no such thing: mails get forwarded. As with a <see cref="Confirmations.Confirmation"/>, its token is derived and not
/// stored.
/// </summary>
public class OneTimeLink
{
    public long Id { get; set; }
    public long SubscriberId { get; set; }
    public OneTimeLinkPurpose Purpose { get; set; }
    public required byte[] Seed { get; set; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>For <see cref="OneTimeLinkPurpose.Address"/>: the address it was mailed to, which is to become the reader's.</summary>
    public byte[]? SealedAddress { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>For a link that works once.</summary>
    public DateTimeOffset? UsedAt { get; set; }

    public static TimeSpan GoodFor(OneTimeLinkPurpose purpose) =>
        purpose is OneTimeLinkPurpose.Address ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);

    public static OneTimeLink New(long subscriberId, OneTimeLinkPurpose purpose, ConfirmationTokens tokens, DateTimeOffset now)
    {
        var seed = ConfirmationTokens.NewSeed();
        return new()
        {
            SubscriberId = subscriberId,
            Purpose = purpose,
            Seed = seed,
            TokenHash = ConfirmationTokens.Hash(tokens.Derive(seed)),
            CreatedAt = now,
            ExpiresAt = now + GoodFor(purpose),
        };
    }
}

public enum OneTimeLinkPurpose
{
    /// <summary>Shows and changes what is known about the reader.</summary>
    Preferences,

    /// <summary>Makes the address it was mailed to the reader's address.</summary>
    Address,
}
