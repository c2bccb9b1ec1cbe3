using System.Collections.Frozen;

namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>
/// What each enhanced status code says about a recipient, one code per row: IANA's registry "SMTP Enhanced Status Codes", and the further
/// codes that Microsoft documents for Exchange. The class (4 or 5) is left out: 4.x in a failure report means that the server gave up
/// trying, which turns every verdict except policy into soft.
/// </summary>
internal static class EnhancedCodes
{
    /// <param name="Kind">The verdict.</param>
    /// <param name="Reason">What the code means.</param>
    /// <param name="IsVague">Whether servers use the code for so many things that their words say more.</param>
    public sealed record Row(BounceKind Kind, string Reason, bool IsVague = false);

    private const BounceKind Hard = BounceKind.Hard, Soft = BounceKind.Soft, Policy = BounceKind.Policy;

    private static readonly FrozenDictionary<string, Row> Rows = new Dictionary<string, Row>
    {
        // X.0 other (RFC 3463 §3.1)
        ["0.0"] = new(Soft, "the server gives no reason", IsVague: true),
        // X.1 addressing (RFC 3463 §3.2)
        ["1.0"] = new(Hard, "something is wrong with the address", IsVague: true),
        ["1.1"] = new(Hard, "the mailbox doesn't exist"),
        ["1.2"] = new(Hard, "the address's domain doesn't exist"),
        ["1.3"] = new(Hard, "the address is not well-formed"),
        ["1.4"] = new(Soft, "the address is ambiguous"),
        ["1.5"] = new(Soft, "the address is valid, yet the message was refused", IsVague: true),
        ["1.6"] = new(Hard, "the mailbox has moved and gives no new address"),
        ["1.7"] = new(Policy, "the sender's address is refused as not well-formed"),
        ["1.8"] = new(Policy, "the sender's domain is refused"),
        ["1.9"] = new(Soft, "the message was passed on to a system that can't report"), // RFC 3886
        ["1.10"] = new(Hard, "the address's domain takes no mail (null MX)"), // RFC 7505
        ["1.20"] = new(Policy, "the message is refused for its From field"), // Exchange: several From addresses
        ["1.90"] = new(Policy, "the sender is over a limit of recipients"), // Exchange Online
        // X.2 mailbox (RFC 3463 §3.3)
        ["2.0"] = new(Soft, "something is wrong with the mailbox", IsVague: true),
        ["2.1"] = new(Hard, "the mailbox is disabled", IsVague: true),
        ["2.2"] = new(Soft, "the mailbox is full"),
        ["2.3"] = new(Policy, "the message is too big for the mailbox"),
        ["2.4"] = new(Soft, "a mailing list could not be expanded"),
        // X.3 mail system (RFC 3463 §3.4)
        ["3.0"] = new(Soft, "the recipient's mail system fails", IsVague: true),
        ["3.1"] = new(Soft, "the recipient's mail system is full"),
        ["3.2"] = new(Soft, "the recipient's mail system takes no messages at the moment"),
        ["3.3"] = new(Policy, "the recipient's mail system can't do what the message needs"),
        ["3.4"] = new(Policy, "the message is too big for the recipient's mail system"),
        ["3.5"] = new(Soft, "the recipient's mail system is misconfigured"),
        ["3.6"] = new(Policy, "a requested priority was changed"), // RFC 6710
        // X.4 network and routing (RFC 3463 §3.5)
        ["4.0"] = new(Soft, "the network failed", IsVague: true),
        ["4.1"] = new(Soft, "the recipient's host does not answer", IsVague: true), // Exchange Online uses it for unknown recipients
        ["4.2"] = new(Soft, "the connection broke"),
        ["4.3"] = new(Soft, "the directory or DNS could not be asked", IsVague: true),
        ["4.4"] = new(Soft, "no route to the recipient's host is known", IsVague: true),
        ["4.5"] = new(Policy, "too much mail for the recipient's mail system"),
        ["4.6"] = new(Soft, "the message went round in a loop"),
        ["4.7"] = new(Soft, "the message could not be delivered in time", IsVague: true),
        ["4.8"] = new(Soft, "the message went round in a loop"),
        ["4.12"] = new(Soft, "the message went round in a loop"), // Exchange Online
        ["4.14"] = new(Soft, "the message went round in a loop"), // Exchange Online
        ["4.300"] = new(Soft, "the message could not be delivered in time"), // Exchange Online
        ["4.310"] = new(Hard, "the address's domain doesn't exist"), // Exchange Online
        ["4.312"] = new(Soft, "the directory or DNS could not be asked"), // Exchange Online
        ["4.316"] = new(Soft, "the recipient's host refuses connections"), // Exchange Online
        ["4.317"] = new(Soft, "the recipient's host refuses connections"), // Exchange Online
        // X.5 protocol (RFC 3463 §3.6, RFC 5248, RFC 6531)
        ["5.0"] = new(Policy, "the conversation with the server failed", IsVague: true),
        ["5.1"] = new(Policy, "the server did not expect a command", IsVague: true),
        ["5.2"] = new(Policy, "the server did not understand a command", IsVague: true),
        ["5.3"] = new(Policy, "too many recipients at once"),
        ["5.4"] = new(Policy, "the server did not understand an argument", IsVague: true),
        ["5.5"] = new(Policy, "the server speaks another version of the protocol"),
        ["5.6"] = new(Policy, "a sign-in was too long for the server"),
        // X.6 content (RFC 3463 §3.7, RFC 6531)
        ["6.0"] = new(Policy, "the message's content is refused", IsVague: true),
        ["6.1"] = new(Policy, "the message's media type is refused"),
        ["6.2"] = new(Policy, "the message would have to be converted"),
        ["6.3"] = new(Policy, "the message can't be converted"),
        ["6.4"] = new(Policy, "the message was converted with losses"),
        ["6.5"] = new(Policy, "the message can't be converted"),
        ["6.6"] = new(Policy, "the message's content could not be fetched"),
        ["6.7"] = new(Soft, "the recipient's mail system takes no addresses beyond ASCII"),
        ["6.8"] = new(Policy, "the recipient's mail system needs UTF-8 in the reply"),
        ["6.9"] = new(Soft, "the recipient's mail system takes no headers beyond ASCII"),
        ["6.10"] = new(Soft, "the recipient's mail system takes no headers beyond ASCII"),
        // X.7 security and policy (RFC 3463 §3.8, RFC 4954, 5248, 6710, 7293, 7372, 7505 and others)
        ["7.0"] = new(Policy, "the message is refused as a matter of policy", IsVague: true),
        ["7.1"] = new(Policy, "the message is refused as a matter of policy", IsVague: true),
        ["7.2"] = new(Policy, "the mailing list does not take messages from this sender"),
        ["7.3"] = new(Policy, "security conversion is required"),
        ["7.4"] = new(Policy, "a security feature is not supported"),
        ["7.5"] = new(Policy, "cryptography failed"),
        ["7.6"] = new(Policy, "a cryptographic method is not supported"),
        ["7.7"] = new(Policy, "the message was damaged"),
        ["7.8"] = new(Policy, "the sign-in was refused"),
        ["7.9"] = new(Policy, "a stronger sign-in is required"), // also Yahoo's DMARC refusal
        ["7.10"] = new(Policy, "encryption is required"),
        ["7.11"] = new(Policy, "encryption is required for the sign-in"),
        ["7.12"] = new(Policy, "the password must be changed"),
        ["7.13"] = new(Policy, "the account that we sign in with is disabled"),
        ["7.14"] = new(Policy, "a trust relationship is required"),
        ["7.15"] = new(Policy, "the message's priority is too low"),
        ["7.16"] = new(Policy, "the message is too big for its priority"),
        ["7.17"] = new(Hard, "the mailbox has another owner now"), // RFC 7293
        ["7.18"] = new(Hard, "the domain has another owner now"), // RFC 7293
        ["7.19"] = new(Policy, "the server can't check the mailbox's owner"), // RFC 7293
        ["7.20"] = new(Policy, "no DKIM signature passes"), // RFC 7372
        ["7.21"] = new(Policy, "no acceptable DKIM signature is found"),
        ["7.22"] = new(Policy, "no DKIM signature by the author's domain passes"),
        ["7.23"] = new(Policy, "SPF fails"),
        ["7.24"] = new(Policy, "SPF can't be checked"),
        ["7.25"] = new(Policy, "our host's reverse name is missing or wrong"),
        ["7.26"] = new(Policy, "several authentication checks fail"), // also Gmail's DMARC refusal
        ["7.27"] = new(Policy, "the sender's domain takes no mail (null MX)"), // RFC 7505
        ["7.28"] = new(Policy, "too much mail from us"),
        ["7.29"] = new(Policy, "ARC validation fails"),
        ["7.30"] = new(Policy, "REQUIRETLS can't be met"), // RFC 8689
        ["7.124"] = new(Policy, "the group takes mail from some senders only"), // Exchange
        ["7.133"] = new(Policy, "the group takes mail from inside only"), // Exchange Online
        ["7.134"] = new(Policy, "the mailbox takes mail from inside only"), // Exchange Online
        ["7.136"] = new(Policy, "the recipient takes mail from inside only"), // Exchange Online
    }.ToFrozenDictionary();

    /// <summary>Returns what a code says, or null if the code is undocumented and its subject says nothing.</summary>
    public static Row? Find(string code)
    {
        if (code.Split('.') is not [var kind, var subject, var detail])
            return null;
        // RFC 3463 §3: an unknown detail means the same as the subject's X.0.
        var row = Rows.GetValueOrDefault($"{subject}.{detail.TrimStart('0').PadLeft(1, '0')}")
            ?? (Rows.GetValueOrDefault($"{subject}.0") is { } general ? general with { IsVague = true } : null);
        return kind == "4" && row is { Kind: Hard } ? row with { Kind = Soft } : row;
    }
}
