namespace Dispatch.Worker.Mailing;

/// <summary>
/// The result of handing one message to a relay: the server's reply (RFC 5321 §4.2, RFC 3463), or a substitute if there was no reply. An
/// unknown failure counts as "try later", not as "never".
/// </summary>
/// <param name="Kind">What the reply means for this recipient.</param>
/// <param name="Code">The reply code, such as 250; 0 if there was no reply.</param>
/// <param name="EnhancedCode">The enhanced code, such as 5.1.1, or null if the server gave none.</param>
/// <param name="Text">The reply's text, without any part of the recipient's address.</param>
public sealed record SmtpReply(ReplyKind Kind, int Code, string? EnhancedCode, string Text)
{
    public static readonly SmtpReply NotBegun = new(ReplyKind.NotBegun, 0, null, "");

    /// <summary>
    /// Returns our own permanent refusal, for an address that can't be given to a relay without SMTPUTF8. Other recipients are not
    /// affected.
    /// </summary>
    public static SmtpReply NoSmtpUtf8(string relay) =>
        new(ReplyKind.Permanent, 553, "5.6.7", $"{relay} does not offer SMTPUTF8, which this address needs.");

    /// <summary>Whether this is the reply of <see cref="NoSmtpUtf8"/>. Another relay may still offer SMTPUTF8.</summary>
    public bool IsNotOffered => this is { Kind: ReplyKind.Permanent, Code: 553, EnhancedCode: "5.6.7" };

    /// <summary>Whether the fault is the relay's and not the recipient's.</summary>
    public bool IsTheRelays => Kind is ReplyKind.RelayFault or ReplyKind.RelayRefusal;

    /// <summary>What the refusal concerns, if the reply is a refusal.</summary>
    public ReplyAbout About => ReplyJudgement.Of(Code, EnhancedCode, Text);

    /// <summary>
    /// The refused message, while we wait to learn whether the refusal concerns this recipient or us. Null if the reply is final.
    /// </summary>
    public RefusedMail? Held { get; init; }

    /// <summary>Whether the message was written to the outbox folder, and so is not on its way to anybody.</summary>
    public bool IsInOutbox { get; init; }

    /// <summary>The codes and the text, as the server sent them.</summary>
    public string Said => string.Join(
        " ", new[] { Code > 0 ? $"{Code}" : null, EnhancedCode, Text }.Where(part => part is { Length: > 0 }));

    /// <summary>Returns what a reply code means when it ends an attempt before the message is accepted.</summary>
    public static ReplyKind KindOf(int code) => code switch
    {
        421 => ReplyKind.RelayFault, // RFC 5321 §3.8: the server is closing the connection, whoever the recipient is
        < 400 => ReplyKind.RelayFault, // a success code where success is impossible: the conversation is out of step
        >= 500 and < 600 => ReplyKind.Permanent,
        _ => ReplyKind.Transient,
    };
}

/// <summary>What a reply means for the recipient.</summary>
public enum ReplyKind
{
    /// <summary>2xx after DATA: the relay has the message.</summary>
    Accepted,

    /// <summary>4xx: try this recipient later.</summary>
    Transient,

    /// <summary>5xx: never try this recipient again.</summary>
    Permanent,

    /// <summary>The relay's fault (connection refused, 421, and so on). No content was sent, and no recipient loses an attempt.</summary>
    RelayFault,

    /// <summary>
    /// The relay refused the sign-in, presented a certificate that can't be trusted, or refuses everybody. Like <see cref="RelayFault"/>,
    /// except that a person has to fix the problem.
    /// </summary>
    RelayRefusal,

    /// <summary>The connection broke while the message was being sent: the relay may have the message.</summary>
    Unknown,

    /// <summary>We held the message back before any of its content was sent.</summary>
    NotBegun,
}
