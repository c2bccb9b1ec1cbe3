using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// A sign-up that its reader can confirm once, within <see cref="GoodFor"/>. The token in its link is not stored, but derived from
/// <see cref="Seed"/> and the key ring. The name and language typed at sign-up take effect only when the reader confirms.
/// </summary>
public class Confirmation
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(7);

    /// <summary>
    /// How long an unconfirmed sign-up is kept. During this time, the reader can ask for a new link (<see cref="ConfirmationRenewal"/>).
    /// </summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public long Id { get; set; }
    public long SubscriberId { get; set; }
    public required int[] NewsletterIds { get; set; }
    public required byte[] Seed { get; set; }

    /// <summary>The SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; set; }
    public byte[]? SealedName { get; set; }
    public string? Language { get; set; }

    /// <summary>The origin of the sign-up, such as <c>form</c>.</summary>
    public string Source { get; set; } = "form";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When the reminder was sent, or when it was decided not to send one.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>When a robot last followed the confirmation message's hidden link (<see cref="HoneypotLink"/>).</summary>
    public DateTimeOffset? RobotSeenAt { get; set; }

    /// <summary>The keyed hash of the robot's network, 32 bytes. Cleared when it is no longer needed.</summary>
    public byte[]? RobotNetwork { get; set; }

    /// <summary>When a possible robot pressed the button and was asked to press again.</summary>
    public DateTimeOffset? DoubtedAt { get; set; }

    public static Confirmation New(long subscriberId, int[] newsletterIds, ConfirmationTokens tokens, DateTimeOffset now)
    {
        var seed = ConfirmationTokens.NewSeed();
        return new()
        {
            SubscriberId = subscriberId,
            NewsletterIds = newsletterIds,
            Seed = seed,
            TokenHash = ConfirmationTokens.Hash(tokens.Derive(seed)),
            CreatedAt = now,
            ExpiresAt = now + GoodFor,
        };
    }

    /// <summary>Marks the sign-up as used, and clears the typed name and the robot's network.</summary>
    public void Use(DateTimeOffset now) => (UsedAt, SealedName, RobotNetwork) = (now, null, null);

    public ConfirmationStatus StandingAt(DateTimeOffset now) =>
        UsedAt is not null ? ConfirmationStatus.Used : ExpiresAt <= now ? ConfirmationStatus.Expired : ConfirmationStatus.Waiting;
}

public enum ConfirmationStatus
{
    /// <summary>The link can be used.</summary>
    Waiting,

    /// <summary>The link was used just now.</summary>
    Confirmed,

    /// <summary>The link was used earlier.</summary>
    Used,
    Expired,

    /// <summary>The link is valid, but a robot may have pressed the button. The visitor has to press again.</summary>
    Doubted,

    /// <summary>The link is valid but has no effect, because the address is suppressed.</summary>
    Suppressed,

    /// <summary>The token is unknown, or the sign-up has been deleted.</summary>
    Unknown,
}
