using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Mailing;

/// <summary>What a refusal (5xx) concerns.</summary>
public enum ReplyAbout
{
    /// <summary>The reader's mailbox: it does not exist, is full, or accepts no mail.</summary>
    Mailbox,

    /// <summary>The mailbox's server, or the route to that server.</summary>
    Host,

    /// <summary>The server's policy: spam filters, block lists, authentication of the sender.</summary>
    Policy,

    /// <summary>The message: its size or its encoding.</summary>
    Content,

    /// <summary>The envelope's sender.</summary>
    Sender,

    /// <summary>Our session with the relay: the name we gave, the sign-in, permission to relay.</summary>
    Session,

    /// <summary>The limit on how much we may send.</summary>
    Quota,
}

/// <summary>
/// Determines what a single refusal concerns. The enhanced code decides (RFC 3463, and its IANA registry). Without an enhanced code, or
/// with X.0, the basic code decides (RFC 5321 §4.2.3), with help from the reply's text.
/// </summary>
/// <remarks>
/// X.1 and X.2 concern the mailbox, except for the sender's address (X.1.7, X.1.8). X.3 and X.4 concern the host, except for a message that
/// is too big (X.3.4) and for sending too much (X.4.5). X.5 concerns the session, X.6 the content, and X.7 the policy, except that sign-in
/// and permission to relay concern the session.
/// </remarks>
public static partial class ReplyJudgement
{
    /// <summary>Returns what a refusal concerns.</summary>
    /// <param name="code">The reply code, such as 550.</param>
    /// <param name="enhancedCode">The enhanced code, such as 5.1.1, or null if the server gave none.</param>
    /// <param name="text">The text after the codes.</param>
    public static ReplyAbout Of(int code, string? enhancedCode, string? text)
    {
        text ??= "";
        if (enhancedCode is null && CodeAtTheEnd().Match(text) is { Success: true } late)
            enhancedCode = late.Groups[1].Value; // qmail's place for it
        return enhancedCode?.Split('.') is [_, var subject, var detail]
            && int.TryParse(detail, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && ByEnhancedCode(subject, number, text) is { } about ? about : ByCode(code, text);
    }

    /// <summary>Whether a refusal of this kind can only be our fault, whoever the recipient is.</summary>
    public static bool IsOurs(this ReplyAbout about) => about is ReplyAbout.Sender or ReplyAbout.Session or ReplyAbout.Quota;

    /// <summary>Returns the value as one lower-case word, for people and programs.</summary>
    public static string Word(this ReplyAbout about) => about.ToString().ToLowerInvariant();

    private static ReplyAbout? ByEnhancedCode(string subject, int detail, string text) => (subject, detail) switch
    {
        ("1", 7 or 8) => ReplyAbout.Sender,
        ("1", 0) when OfTheSender().IsMatch(text) => ReplyAbout.Sender,
        ("1", 0) when TooMuch().IsMatch(text) => ReplyAbout.Quota, // so does La Poste
        ("2", 0) when AgainstUs().IsMatch(text) => ReplyAbout.Policy, // so do Comcast and Orange
        ("2", 3) => ReplyAbout.Content, // the message is too big for the mailbox
        ("1" or "2", _) => ReplyAbout.Mailbox,
        ("3", 4) => ReplyAbout.Content,
        ("4", 5) => ReplyAbout.Quota,
        ("4", 1) when RecipientRejected().IsMatch(text) => ReplyAbout.Host, // Microsoft 365 says so of unknown users
        ("3" or "4", _) when TooMuch().IsMatch(text) => ReplyAbout.Quota,
        ("3" or "4", _) when AgainstUs().IsMatch(text) => ReplyAbout.Policy, // so does Zoho
        ("3" or "4", _) => ReplyAbout.Host,
        ("5" or "7", 0 or 1) when NoMailbox().IsMatch(text) => ReplyAbout.Mailbox, // Outlook.com and Yandex say so of unknown users
        ("5", _) => ReplyAbout.Session,
        ("6", _) => ReplyAbout.Content,
        ("7", 8 or 9 or 11 or 13 or 14) => ReplyAbout.Session, // credentials, mechanism, encryption, account, trust (RFC 4954 §6, RFC 5248)
        ("7", _) => ByWords(text) ?? ReplyAbout.Policy,
        _ => null,
    };

    private static ReplyAbout ByCode(int code, string text) => code switch
    {
        >= 500 and <= 504 or 523 or 530 or 534 or 535 or 538 or 555 => ReplyAbout.Session,
        521 => ReplyAbout.Host, // RFC 7504: this host accepts no mail at all
        556 => ReplyAbout.Mailbox, // RFC 7504: the mailbox's domain accepts no mail
        552 => TooBig().IsMatch(text) ? ReplyAbout.Content
            : ByWords(text) ?? (AgainstUs().IsMatch(text) ? ReplyAbout.Policy : ReplyAbout.Mailbox),
        550 or 551 or 553 => ByWords(text) ?? ((AgainstUs().IsMatch(text) || RefusesUs().IsMatch(text)) && !NoMailbox().IsMatch(text)
            && !RecipientRejected().IsMatch(text) ? ReplyAbout.Policy : ReplyAbout.Mailbox),
        _ => ByWords(text) ?? (NoMailbox().IsMatch(text) ? ReplyAbout.Mailbox : ReplyAbout.Policy),
    };

    private static ReplyAbout? ByWords(string text) =>
        Relaying().IsMatch(text) ? ReplyAbout.Session
        : TooMuch().IsMatch(text) ? ReplyAbout.Quota
        : OfTheSender().IsMatch(text) ? ReplyAbout.Sender
        : null;

    [GeneratedRegex(@"\brelay(ing)?\b|\bhelo\b|\behlo\b|authenticat(e|ion) (is )?required|must authenticate|not authenticated|sign in",
        RegexOptions.IgnoreCase)]
    private static partial Regex Relaying();

    [GeneratedRegex(
        @"(sending|daily|hourly|rate|message) (user )?(sending )?(limit|quota)|quota exceeded for (user|account|sender)|too many "
            + @"((invalid|unknown|bad) )?(messages|mails|recipients|users|addresses)|slow down"
            + "|unusual (sending )?(activity|rate|volume)", RegexOptions.IgnoreCase)]
    private static partial Regex TooMuch();

    [GeneratedRegex(@"\bsender (address )?(rejected|verify|denied|unknown|is not|isn't|has null mx|is in )|verification failed for"
        + @"|den(ies|y) (the )?sender|invalid sender|not (allowed|authori[sz]ed) to send|not owned by|sending for this account",
        RegexOptions.IgnoreCase)]
    private static partial Regex OfTheSender();

    [GeneratedRegex(
        @"no such (user|mailbox|recipient|account|address)|no mailbox here|on the target address|not listed in [^.]{0,20}(directory|name)"
            + @"|\b(user|mailbox|account|recipient)\b[^.]{0,20}"
            + @"(unknown|unavailable|not found|does(n't| not) (exist|have))|\bmailbox[^.]{0,20}(disabled|inactive|suspended|over ?quota)",
        RegexOptions.IgnoreCase)]
    private static partial Regex NoMailbox();

    [GeneratedRegex(@"recipient address(es)? rejected", RegexOptions.IgnoreCase)]
    private static partial Regex RecipientRejected();

    // 550 may also be a refusal for reasons of policy (RFC 5321 §4.2.3).
    [GeneratedRegex(
        @"\b(message|mail|e-?mail|access|connection|host|server|domain|client|country)s?\b[^.]{0,60}\b(rejected|refused|forbidden"
            + @"|prohibited|not (allowed|accepted|permitted|welcome))|^\W*(rejected|refused|forbidden|prohibited)\W*$"
            + @"|(don't|do not|won't|will not) accept (any )?(mail|e-?mail|messages)|\b(phish|bulk\b|abuse\b|dynamic\b)|abgelehnt"
            + "|verweigert|gesperrt|refusé|rejeté|rechazad|denegad|rifiutat|negato|recusad|negado|odrzucon|zabronion|отклонен|запрещ"
            + "|заблокирован|拒|封|차단|거부",
        RegexOptions.IgnoreCase)]
    private static partial Regex RefusesUs();

    [GeneratedRegex(@"\(#(5\.\d{1,3}\.\d{1,3})\b[^()]*\)\s*$")]
    private static partial Regex CodeAtTheEnd();

    [GeneratedRegex(
        @"spam|block(ed| ?list)|frequency limit|dynamic ip|\bofr(\d{3})?_5\d\d|\b(mi|dt|rp|hl|wm):[a-z]{3}\b|\bptr\b|black "
            + @"?(list|ip)|rejected by recipients|reputation|\bspf\b|dkim|dmarc|polic(y|ies)|denied|virus|malware|banned|\brbl\b|dnsbl"
            + "|listed|content", RegexOptions.IgnoreCase)]
    private static partial Regex AgainstUs();

    [GeneratedRegex(@"size\b|too (big|large)|message exceeds", RegexOptions.IgnoreCase)]
    private static partial Regex TooBig();
}
