using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// A sign-up that waits for its reader to confirm it. Single use, good for <see cref="GoodFor"/>. The token is not stored:
/// <see cref="TokenHash"/> recognises it, and <see cref="Seed"/> with the key ring recreates it for the mail. What was typed with the
/// sign-up (<see cref="SealedName"/>, <see cref="Language"/>) takes effect only when the reader confirms.
/// </summary>
public class Confirmation
{
    public static readonly TimeSpan GoodFor = TimeSpan.FromDays(7);

    /// <summary>
    /// How long after it was made an unconfirmed one is kept, so that its reader can ask for a new link
    /// (<see cref="ConfirmationRenewal"/>).
    /// </summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    public long Id { get; set; }
    public long SubscriberId { get; set; }
    public required int[] NewsletterIds { get; set; }
    public required byte[] Seed { get; set; }

    /// <summary>SHA-256 of the token, 32 bytes.</summary>
    public required byte[] TokenHash { get; set; }
    public byte[]? SealedName { get; set; }
    public string? Language { get; set; }

    /// <summary>Where the sign-up came from, as in <c>form</c>.</summary>
    public string Source { get; set; } = "form";
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }

    /// <summary>When its reader was reminded of it, or would have been.</summary>
    public DateTimeOffset? RemindedAt { get; set; }

    /// <summary>When a robot last followed the link that only robots see, and from where: see <see cref="HoneypotLink"/>.</summary>
    public DateTimeOffset? RobotSeenAt { get; set; }

    /// <summary>Keyed hash of the robot's network, 32 bytes; cleared when it is no longer needed.</summary>
    public byte[]? RobotNetwork { get; set; }

    /// <summary>When the button was pressed by somebody who might have been the robot, and who was asked to press it again.</summary>
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

    /// <summary>It has served its purpose: what was typed with the sign-up is kept no longer.</summary>
    public void Use(DateTimeOffset now) => (UsedAt, SealedName, RobotNetwork) = (now, null, null);

    public ConfirmationStatus StandingAt(DateTimeOffset now) =>
        UsedAt is not null ? ConfirmationStatus.Used : ExpiresAt <= now ? ConfirmationStatus.Expired : ConfirmationStatus.Waiting;
}

public enum ConfirmationStatus
{
    /// <summary>It can be used.</summary>
    Waiting,

    /// <summary>It has been used just now.</summary>
    Confirmed,

    /// <summary>It has already been used.</summary>
    Used,
    Expired,

    /// <summary>It can be used, but was pressed by what may be a robot: whoever it was is asked to press again.</summary>
    Doubted,

    /// <summary>It could be used, but its address is suppressed: it would have no effect.</summary>
    Suppressed,

    /// <summary>Not one of our links, or one that was cleared away long after it ended.</summary>
    Unknown,
}
