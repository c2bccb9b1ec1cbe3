using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Dispatch.Worker.Settings;
using MailKit.Security;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>
/// The address of a mailbox: <c>imap://user:password@host:143?tls=starttls / required / none</c>, <c>imaps://…</c>, <c>pop3://…</c> or
/// <c>pop3s://…</c>. Unless <c>tls=none</c> is given, the password is sent only over TLS. The text form omits user and password.
/// </summary>
public sealed record MailboxUrl
{
    private static readonly SearchValues<char> Reserved = SearchValues.Create("#?/\\[]<>\"^`{|} ");

    public bool IsImap { get; private init; }
    public string Host { get; private init; } = "";
    public int Port { get; private init; }
    public string User { get; private init; } = "";
    public string Password { get; private init; } = "";
    public SecureSocketOptions Tls { get; private init; }

    public static bool TryParse(string text, [NotNullWhen(true)] out MailboxUrl? mailbox, [NotNullWhen(false)] out string? fault)
    {
        (mailbox, fault) = Read(text);
        return mailbox is not null;
    }

    public override string ToString() => $"{(IsImap ? "imap" : "pop3")}://{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";

    // No fault repeats the address, which may contain a password.
    private static (MailboxUrl?, string?) Read(string text)
    {
        // The user name of a mailbox is often an address, so only the last @ ends the login.
        var begin = text.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = text.LastIndexOf('@');
        if (begin >= 3 && end > begin)
        {
            var login = text[begin..end].Replace("@", "%40", StringComparison.Ordinal);
            if (login.AsSpan().IndexOfAny(Reserved) >= 0)
                return (null, "has a character in its user name or password that has a meaning in a URL: write # as %23, ? "
                    + "as %3F, "
                    + "/ as %2F, : as %3A and % as %25");
            text = $"{text[..begin]}{login}{text[end..]}";
        }
        if (UrlPorts.HasImpossible(text))
            return (null, "has a port above 65535: expected one from 1 to 65535");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return (null, "is not an address: expected imap://, imaps://, pop3:// or pop3s://");
        if (url.Scheme is not ("imap" or "imaps" or "pop3" or "pop3s"))
            return (null, $"begins with {url.Scheme}: expected imap://, imaps://, pop3:// or pop3s://");
        if (url.AbsolutePath.Length > 1 || url.Fragment.Length > 0)
            return (null, "has something after its host and port: only ?tls= is allowed there");
        if (url.UserInfo.Split(':', 2) is not [{ Length: > 0 } user, { Length: > 0 } password])
            return (null, "names no user with a password: expected user:password@host");
        var implicitTls = url.Scheme.EndsWith('s');
        SecureSocketOptions? tls = (implicitTls, url.Query) switch
        {
            (true, "" or "?tls=required") => SecureSocketOptions.SslOnConnect,
            (false, "" or "?tls=starttls" or "?tls=required") => SecureSocketOptions.StartTls,
            (false, "?tls=none") => SecureSocketOptions.None,
            _ => null,
        };
        if (tls is null)
            return (null, "has an unknown option after its host: expected ?tls=starttls, ?tls=required or ?tls=none");
        var imap = url.Scheme.StartsWith("imap", StringComparison.Ordinal);
        return (new MailboxUrl
        {
            IsImap = imap,
            Host = url.IdnHost.Trim('[', ']'),
            Port = url.IsDefaultPort || url.Port <= 0 ? (imap, implicitTls) switch
            {
                (true, false) => 143,
                (true, true) => 993,
                (false, false) => 110,
                _ => 995,
            } : url.Port,
            User = Uri.UnescapeDataString(user),
            Password = Uri.UnescapeDataString(password),
            Tls = tls.Value,
        }, null);
    }
}
