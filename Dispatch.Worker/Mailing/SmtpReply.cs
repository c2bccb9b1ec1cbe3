namespace Dispatch.Worker.Mailing;

/// <summary>
/// The result of handing one mail to a relay: the server's reply (RFC 5321 §4.2, RFC 3463) or what stands in for one. This is the only
/// place that tells "try later" from "never"; an unknown failure counts as "try later". <see cref="ReplyJudgement"/> says what a "never" is
/// about.
/// </summary>
/// <param name="Kind">What it means for this recipient.</param>
/// <param name="Code">As in 250; 0 when there was no reply.</param>
/// <param name="EnhancedCode">As in 5.1.1; null when the server gave none.</param>
/// <param name="Text">The reply's text, without any part of the recipient's address.</param>
public sealed record SmtpReply(ReplyKind Kind, int Code, string? EnhancedCode, string Text)
{
    public static readonly SmtpReply NotBegun = new(ReplyKind.NotBegun, 0, null, "");

    /// <summary>
    /// The address can't be given to a relay without SMTPUTF8: our own "never", which says nothing about anyone else's mail.
    /// </summary>
    public static SmtpReply NoSmtpUtf8(string relay) =>
        new(ReplyKind.Permanent, 553, "5.6.7", $"{relay} does not offer SMTPUTF8, which this address needs.");

    /// <summary>Whether it is <see cref="NoSmtpUtf8"/>: another relay may offer it.</summary>
    public bool IsNotOffered => this is { Kind: ReplyKind.Permanent, Code: 553, EnhancedCode: "5.6.7" };

    /// <summary>Whether it is about the relay, and not about the recipient.</summary>
    public bool IsTheRelays => Kind is ReplyKind.RelayFault or ReplyKind.RelayRefusal;

    /// <summary>For a refusal: what it is about.</summary>
    public ReplyAbout About => ReplyJudgement.Of(Code, EnhancedCode, Text);

    /// <summary>A refusal that is held until it is clear whether it is about this reader; null: the reply is final.</summary>
    public RefusedMail? Held { get; init; }

    /// <summary>Codes and text, as the server sent them.</summary>
    public string Said => string.Join(
        " ", new[] { Code > 0 ? $"{Code}" : null, EnhancedCode, Text }.Where(part => part is { Length: > 0 }));

    /// <summary>What kind a reply code means when it ended an attempt before the mail was accepted.</summary>
    public static ReplyKind KindOf(int code) => code switch
    {
        421 => ReplyKind.RelayFault, // RFC 5321 §3.8: the server is closing, whoever the mail is for
        < 400 => ReplyKind.RelayFault, // a "yes" where none is possible: the conversation is out of step
        >= 500 and < 600 => ReplyKind.Permanent,
        _ => ReplyKind.Transient,
    };
}

/// <summary>The outcome of an attempt.</summary>
public enum ReplyKind
{
    /// <summary>2xx after DATA: the relay has it.</summary>
    Accepted,

    /// <summary>4xx: try this recipient later.</summary>
    Transient,

    /// <summary>5xx: never try this recipient again.</summary>
    Permanent,

    /// <summary>Connection refused, sign-in failed, 421: the relay's fault, counts against no recipient; nothing was handed over.</summary>
    RelayFault,

    /// <summary>
    /// The relay refused the sign-in, presented a certificate that can't be trusted, or refuses everybody: like <see cref="RelayFault"/>,
    /// but time alone won't fix it: a person has to.
    /// </summary>
    RelayRefusal,

    /// <summary>The connection broke while the mail was being handed over: the relay may have it.</summary>
    Unknown,

    /// <summary>We held the mail back before any of it was handed over.</summary>
    NotBegun,
}
