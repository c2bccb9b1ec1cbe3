using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// What came back for one of our messages, the verdict, and the consequence. Contains only fixed words and ids: no address, and none of the
/// server's text. When the reader is erased, the row stays without the reader's id.
/// </summary>
public class Bounce
{
    public long Id { get; set; }

    /// <summary>Identifies the report and its recipient, 32 bytes. If the report arrives again, it has no second effect.</summary>
    public required byte[] Key { get; set; }

    /// <summary>When it was judged.</summary>
    public DateTimeOffset At { get; set; }
    public BounceSource Source { get; set; }
    public BounceKind Kind { get; set; }

    /// <summary>The decisive enhanced status code, such as 5.1.1, or null.</summary>
    public string? EnhancedCode { get; set; }

    /// <summary>What the verdict means (<see cref="Verdict.Reason"/>).</summary>
    public string Reason { get; set; } = "";

    /// <summary>The decisive rule (<see cref="Verdict.Rule"/>).</summary>
    public string Rule { get; set; } = "";

    /// <summary>The part of the message that was read.</summary>
    public string Part { get; set; } = "";

    /// <summary>How it was known whose message it was.</summary>
    public BounceProof Proof { get; set; }

    /// <summary>The recipient's provider if it is a known one, otherwise <c>other</c>.</summary>
    public string Provider { get; set; } = "";

    /// <summary>The issue, or null for a message that belongs to none.</summary>
    public int? IssueId { get; set; }

    /// <summary>The reader, or null if unknown or erased, and for automatic replies and notices.</summary>
    public long? SubscriberId { get; set; }

    /// <summary>The message to a single reader, or null if it is about an issue.</summary>
    public long? MailId { get; set; }
    public BounceEffect Effect { get; set; }
    public DateTimeOffset? UndoneAt { get; set; }

    /// <summary>Who undid the effect, as in the audit.</summary>
    public string? UndoneBy { get; set; }
}

/// <summary>Where a bounce comes from.</summary>
public enum BounceSource
{
    /// <summary>A message in a mailbox.</summary>
    Report,

    /// <summary>A relay's reply while the message was handed over.</summary>
    Reply,
}

/// <summary>How it is known whose message came back.</summary>
public enum BounceProof
{
    /// <summary>There is no proof, only what could be forged. Such a bounce has no effect.</summary>
    None,

    /// <summary>The token in the address to which the report was sent.</summary>
    Token,

    /// <summary>A token or the Message-ID in the returned message.</summary>
    Returned,

    /// <summary>The ledger: the report is the relay's reply to the message.</summary>
    Ledger,
}

/// <summary>The consequence of a bounce.</summary>
public enum BounceEffect
{
    None,

    /// <summary>A soft bounce, counted.</summary>
    Counted,

    /// <summary>The reader's address is suppressed.</summary>
    Suppressed,

    /// <summary>The reader is unsubscribed from everything, and the address is suppressed.</summary>
    Unsubscribed,

    /// <summary>Nothing proves whose message it was, or the reader has changed the address.</summary>
    Unproven,
}
