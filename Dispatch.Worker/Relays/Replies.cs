using System.Text.RegularExpressions;
using Dispatch.Worker.Database;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Dispatch.Worker.Relays;

/// <summary>Reads what MailKit reports into <see cref="SmtpReply"/>, and takes the recipient's address out of it.</summary>
internal static partial class Replies
{
    private const int LongestText = 300;

    public static SmtpReply Accepted(string text, string recipient) => Read(ReplyKind.Accepted, 250, text, recipient);

    public static SmtpReply Of(SmtpCommandException fault, string relay, string recipient)
    {
        var code = (int)fault.StatusCode;
        // A refused sender is refused for everybody: resting the relay uses up nobody.
        var kind = fault.ErrorCode is SmtpErrorCode.SenderNotAccepted ? ReplyKind.RelayFault : SmtpReply.KindOf(code);
        var reply = Read(kind, code, fault.Message, recipient);
        return kind is ReplyKind.RelayFault ? reply with { Text = $"{relay}: {code} {reply.Text}" } : reply;
    }

    /// <summary>A relay that could not be reached, or that did not let us in: only the latter needs a person.</summary>
    public static SmtpReply OfOpening(Exception fault, string relay) => new(
        NeedsAPerson(fault) ? ReplyKind.RelayRefusal : ReplyKind.RelayFault, fault is SmtpCommandException refused ? (int)refused.StatusCode : 0, null, $"{relay}: {Words(fault)}");

    private static bool NeedsAPerson(Exception fault) => fault switch
    {
        AuthenticationException refused => !refused.Message.StartsWith('4'), // 454 4.7.0 (RFC 4954 §6) passes
        SslHandshakeException { InnerException: System.Security.Authentication.AuthenticationException } => true,
        NotSupportedException => true,
        _ => false,
    };

    /// <summary>What went wrong with a connection, in one line for ops.</summary>
    public static string Words(Exception fault) => fault switch
    {
        AuthenticationException => "the relay refused the user name or password",
        SslHandshakeException => "the TLS handshake failed: " + OneLine(fault.InnerException?.Message ?? "the relay's certificate is not trusted or has expired"),
        OperationCanceledException or TimeoutException => "the relay did not answer in time",
        NotSupportedException => "the relay does not offer the encryption or sign-in that its Url asks for",
        _ => OneLine(fault.GetBaseException().Message),
    };

    /// <summary>Servers like to repeat the address in their reply; the ledger keeps none.</summary>
    public static string WithoutAddress(string text, string recipient)
    {
        var at = recipient.LastIndexOf('@');
        var (local, domain) = at < 0 ? (recipient, "") : (recipient[..at], recipient[(at + 1)..]);
        if (!text.Contains('@') && !text.Contains(local, StringComparison.OrdinalIgnoreCase) && !text.Contains(domain, StringComparison.OrdinalIgnoreCase))
            return text; // as nearly every reply
        text = AnyAddress().Replace(text, "(address)");
        if (domain.Length > 0)
            text = text.Replace(domain, "(domain)", StringComparison.OrdinalIgnoreCase);
        text = Regex.Replace(text, $@"(?<![\w.-]){Regex.Escape(local)}(?![\w.-])", "(local part)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return text;
    }

    private static SmtpReply Read(ReplyKind kind, int code, string text, string recipient)
    {
        text = OneLine(text);
        var enhanced = EnhancedCode().Match(text);
        text = WithoutAddress(enhanced.Success ? text[enhanced.Length..] : text, recipient);
        return new SmtpReply(kind, code, enhanced.Success ? enhanced.Groups[1].Value : null, StorableText.Cut(text, LongestText));
    }

    private static string OneLine(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~') && !text.Contains("  ", StringComparison.Ordinal) ? text.Trim() : Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"[^\s<>""'():,;]+@[^\s<>""'():,;]+")]
    private static partial Regex AnyAddress();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Blanks();
}
