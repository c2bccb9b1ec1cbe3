using System.Text.RegularExpressions;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>Reads what MailKit reports into <see cref="SmtpReply"/>, and takes the recipient's address out of it.</summary>
internal static partial class Replies
{
    private const int LongestText = 300;

    public static SmtpReply Accepted(string text, MailboxAddress recipient) => Read(ReplyKind.Accepted, 250, text, recipient);

    public static SmtpReply Of(SmtpCommandException fault, string relay, MailboxAddress recipient)
    {
        var code = (int)fault.StatusCode;
        // A refused sender is refused for everybody: resting the relay uses up nobody.
        var kind = fault.ErrorCode is SmtpErrorCode.SenderNotAccepted ? ReplyKind.RelayFault : SmtpReply.KindOf(code);
        var reply = Read(kind, code, fault.Message, recipient);
        return kind is ReplyKind.RelayFault ? reply with { Text = $"{relay}: {code} {reply.Text}" } : reply;
    }

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
    public static string WithoutAddress(string text, MailboxAddress recipient)
    {
        var at = recipient.Address.LastIndexOf('@');
        var (local, domain) = at < 0 ? (recipient.Address, "") : (recipient.Address[..at], recipient.Address[(at + 1)..]);
        text = AnyAddress().Replace(text, "(address)");
        if (domain.Length > 0)
            text = text.Replace(domain, "(domain)", StringComparison.OrdinalIgnoreCase);
        text = Regex.Replace(text, $@"(?<![\w.-]){Regex.Escape(local)}(?![\w.-])", "(local part)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
        return text;
    }

    private static SmtpReply Read(ReplyKind kind, int code, string text, MailboxAddress recipient)
    {
        text = OneLine(text);
        var enhanced = EnhancedCode().Match(text);
        text = WithoutAddress(enhanced.Success ? text[enhanced.Length..] : text, recipient);
        return new SmtpReply(kind, code, enhanced.Success ? enhanced.Groups[1].Value : null, text.Length <= LongestText ? text : text[..LongestText]);
    }

    private static string OneLine(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"[^\s<>""'():,;]+@[^\s<>""'():,;]+")]
    private static partial Regex AnyAddress();

    [GeneratedRegex(@"[\s\p{Cc}]+")]
    private static partial Regex Blanks();
}
