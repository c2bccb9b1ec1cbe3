namespace Dispatch.Worker.Relays;

/// <summary>
/// What came of handing one mail to a relay: the server's reply (RFC 5321 §4.2, RFC 3463) or what stood in its place.
/// Here alone "try later" and "never" are told apart; an unknown failure counts as "try later".
/// </summary>
/// <param name="Kind">What it means for this recipient.</param>
/// <param name="Code">As in 250; 0 when there was no reply.</param>
/// <param name="EnhancedCode">As in 5.1.1; null when the server gave none.</param>
/// <param name="Text">The reply's text, with nothing of the recipient's address in it.</param>
public sealed record SmtpReply(ReplyKind Kind, int Code, string? EnhancedCode, string Text)
{
    /// <summary>The kind that a reply code to this recipient's MAIL, RCPT or DATA stands for.</summary>
    public static ReplyKind KindOf(int code) => code switch
    {
        421 => ReplyKind.RelayFault, // RFC 5321 §3.8: the server is closing, whoever the mail is for
        >= 200 and < 300 => ReplyKind.Accepted,
        >= 500 and < 600 => ReplyKind.Permanent,
        _ => ReplyKind.Transient,
    };
}

public enum ReplyKind
{
    /// <summary>2xx after DATA: the relay has it.</summary>
    Accepted,

    /// <summary>4xx: this recipient later.</summary>
    Transient,

    /// <summary>5xx: this recipient never.</summary>
    Permanent,

    /// <summary>Refused connection, failed sign-in, 421: the relay's fault, counts against no recipient; nothing was handed over.</summary>
    RelayFault,

    /// <summary>The connection broke after the mail had begun to be handed over: the relay may have it.</summary>
    Unknown,
}
