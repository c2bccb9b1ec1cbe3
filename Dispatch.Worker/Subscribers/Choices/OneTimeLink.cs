using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// A link that was mailed to a reader a short time ago. Opening it proves that the visitor can read the reader's mail. The link in an issue
/// proves nothing, because readers forward issues.
/// </summary>
public class OneTimeLink
{
    public long Id { get; set; }
    public long SubscriberId { get; set; }
    public OneTimeLinkPurpose Purpose { get; set; }
    public required byte[] Seed { get; set; }

    /// <summary>The SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; set; }

    /// <summary>The new address, if the link confirms a change of address. Cleared when the link is used.</summary>
    public byte[]? SealedAddress { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }

    /// <summary>
    /// When a link that confirms a change of address was used. Null until then, and for all other links, which work until they expire.
    /// </summary>
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
    /// <summary>Shows the reader's data, and lets the reader change it.</summary>
    Preferences,

    /// <summary>Confirms the address to which the link was mailed as the reader's new address.</summary>
    Address,
}
