using System.Text.RegularExpressions;
using Dispatch.Worker.Mailing;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Dispatch.Worker.Relays;

/// <summary>Converts MailKit's results into <see cref="SmtpReply"/>, without the recipient's address.</summary>
internal static partial class Replies
{
    private const int LongestText = 300;

    public static SmtpReply Accepted(string text, string recipient) => Read(ReplyKind.Accepted, 250, text, recipient);

    /// <summary>Converts a reply that ended an attempt.</summary>
    public static SmtpReply Of(SmtpCommandException fault, SmtpStage stage, string relay, string recipient)
    {
        var code = (int)fault.StatusCode;
        if (code is >= 200 and < 300 && stage is SmtpStage.Content) // RFC 5321 §4.3.2: the first digit says that the relay has the message
            return Read(ReplyKind.Accepted, code, fault.Message, recipient);
        if (code is > 0 and < 400) // for example 250 to DATA: the reply belongs to another command
            return new SmtpReply(stage is SmtpStage.Content ? ReplyKind.Unknown : ReplyKind.RelayFault, code, null,
                $"{relay}: the conversation is out of step: it said {code} where another reply was expected");
        // A relay that refuses the sender refuses all messages. This counts as the relay's fault, so no recipient loses an attempt.
        var kind = stage is SmtpStage.Sender ? ReplyKind.RelayFault : SmtpReply.KindOf(code);
        var reply = Read(kind, code, fault.Message, recipient);
        return kind is ReplyKind.RelayFault ? reply with { Text = $"{relay}: {code} {reply.Text}" } : reply;
    }

    /// <summary>Converts the reply to a single SMTP command.</summary>
    public static SmtpReply Of(SmtpResponse response, string recipient) =>
        Read(
            (int)response.StatusCode < 300 ? ReplyKind.Accepted : SmtpReply.KindOf((int)response.StatusCode),
            (int)response.StatusCode, response.Response, recipient);

    /// <summary>
    /// Returns the reply for a failed attempt to connect or sign in to a relay. The kind is <see cref="ReplyKind.RelayRefusal"/> if a
    /// person must act: the relay permanently refused the credentials, its certificate can't be trusted, or it lacks an extension that we
    /// need.
    /// </summary>
    public static SmtpReply OfOpening(Exception fault, string relay) => new(
        NeedsAPerson(fault) ? ReplyKind.RelayRefusal : ReplyKind.RelayFault,
        fault is SmtpCommandException refused ? (int)refused.StatusCode : 0, null, $"{relay}: {Words(fault)}");

    private static bool NeedsAPerson(Exception fault) => fault switch
    {
        AuthenticationException refused => !refused.Message.StartsWith('4'), // 454 4.7.0 (RFC 4954 §6) is temporary
        UntrustedCertificateException or NotSupportedException => true,
        _ => false,
    };

    /// <summary>Says what went wrong with a connection, in one line for ops.</summary>
    public static string Words(Exception fault) => fault switch
    {
        AuthenticationException later when later.Message.StartsWith('4') =>
            $"the relay can't check the user name and password right now ({Codes(later)}); the password may be right",
        AuthenticationException refused =>
            $"the relay refused the user name or password{(Codes(refused) is { Length: > 0 } codes ? $" ({codes})" : "")}",
        UntrustedCertificateException => fault.Message,
        SslHandshakeException => "the TLS handshake failed: "
            + OneLine(fault.InnerException?.Message ?? "the relay speaks another version of TLS, or none"),
        OperationCanceledException or TimeoutException => "the relay did not answer in time",
        NotSupportedException when OneLine(fault.Message).Contains("STARTTLS", StringComparison.OrdinalIgnoreCase) =>
            "the relay does not offer STARTTLS, so email and password would go unencrypted; if that's acceptable, add ?tls=none to its Url",
        NotSupportedException => "the relay does not offer a way to sign in that Dispatch knows",
        _ => OneLine(fault.GetBaseException().Message),
    };

    /// <summary>Removes the recipient's address from a reply, because servers often repeat it. The ledger stores no addresses.</summary>
    public static string WithoutAddress(string text, string recipient)
    {
        var at = recipient.LastIndexOf('@');
        var (local, domain) = at < 0 ? (recipient, "") : (recipient[..at], recipient[(at + 1)..]);
        if (!text.Contains('@') && !text.Contains(local, StringComparison.OrdinalIgnoreCase)
            && !text.Contains(domain, StringComparison.OrdinalIgnoreCase))
            return text; // the usual case
        text = AnyAddress().Replace(text, "(address)");
        if (domain.Length > 0)
            text = text.Replace(domain, "(domain)", StringComparison.OrdinalIgnoreCase);
        text = Regex.Replace(text, $@"(?<![\w.-]){Regex.Escape(local)}(?![\w.-])", "(local part)",
            RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return text;
    }

    private static SmtpReply Read(ReplyKind kind, int code, string text, string recipient)
    {
        text = OneLine(text);
        var enhanced = EnhancedCode().Match(text);
        text = WithoutAddress(enhanced.Success ? text[enhanced.Length..] : text, recipient);
        return new SmtpReply(kind, code, enhanced.Success ? enhanced.Groups[1].Value : null, Cut(text, LongestText));
    }

    /// <summary>Cuts a text to the given number of UTF-16 units, but never inside a character.</summary>
    public static string Cut(string text, int length) => text.Length <= length
        ? text
        : text[..(char.IsHighSurrogate(text[length - 1]) && char.IsLowSurrogate(text[length]) ? length - 1 : length)];

    // Returns only the codes, because the wording may repeat the user name.
    private static string Codes(AuthenticationException fault) =>
        SignInCodes().Match(fault.Message).Value.Replace(":", "", StringComparison.Ordinal);

    private static string OneLine(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        && !text.Contains("  ", StringComparison.Ordinal) ? text.Trim() : Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"^[45]\d\d:?( [45]\.\d{1,3}\.\d{1,3})?")]
    private static partial Regex SignInCodes();

    [GeneratedRegex(@"^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"[^\s<>""'():,;]+@[^\s<>""'():,;]+")]
    private static partial Regex AnyAddress();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Blanks();
}
