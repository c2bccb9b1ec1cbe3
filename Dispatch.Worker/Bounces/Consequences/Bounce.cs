using Dispatch.Worker.Bounces.Verdicts;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// What came back for one message of ours, the verdict on it and what followed. It holds fixed words and numbers alone, no address and none
/// of the server's text. When its reader is erased, the row stays without the reader's number.
/// </summary>
public class Bounce
{
    public long Id { get; set; }

    /// <summary>Identifies the report and whom it is about, 32 bytes. A report that comes again has no second effect.</summary>
    public required byte[] Key { get; set; }

    /// <summary>When it was judged.</summary>
    public DateTimeOffset At { get; set; }
    public BounceSource Source { get; set; }
    public BounceKind Kind { get; set; }

    /// <summary>The enhanced status code that counted, such as 5.1.1, or null.</summary>
    public string? EnhancedCode { get; set; }

    /// <summary>What the verdict means (<see cref="Verdict.Reason"/>).</summary>
    public string Reason { get; set; } = "";

    /// <summary>The rule that decided (<see cref="Verdict.Rule"/>).</summary>
    public string Rule { get; set; } = "";

    /// <summary>The part of the message that was read.</summary>
    public string Part { get; set; } = "";

    /// <summary>By what it was known whose message it was.</summary>
    public BounceProof Proof { get; set; }

    /// <summary>The recipient's provider, if it is one of the big ones; otherwise <c>other</c>.</summary>
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

/// <summary>By what it is known whose message came back.</summary>
public enum BounceProof
{
    /// <summary>By nothing that can't be forged. Such a bounce has no effect.</summary>
    None,

    /// <summary>By the token in the address that it came to.</summary>
    Token,

    /// <summary>By a token or the Message-ID in the returned message.</summary>
    Returned,

    /// <summary>By the ledger: the relay's reply to the message itself.</summary>
    Ledger,
}

/// <summary>What followed from a bounce.</summary>
public enum BounceEffect
{
    None,

    /// <summary>A soft bounce, counted.</summary>
    Counted,

    /// <summary>The reader's address is suppressed.</summary>
    Suppressed,

    /// <summary>The reader is unsubscribed from everything, and the address is suppressed.</summary>
    Unsubscribed,

    /// <summary>Nobody can prove whose message it was, or the reader has another address now.</summary>
    Unproven,
}
