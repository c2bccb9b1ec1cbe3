using System.Net.Sockets;
using MailKit;
using MailKit.Security;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>Why a mailbox can't be read, in words that hold nothing of the server's own, which may name the user.</summary>
internal static class MailboxFaults
{
    /// <summary>Whether a fault comes from the server or from the way to it. Reading is then tried again.</summary>
    public static bool IsOfTheServer(Exception fault) => fault is AuthenticationException or SslHandshakeException or SocketException
        or IOException or ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or NotSupportedException or TimeoutException or FolderNotFoundException or OperationCanceledException;

    public static string Words(Exception fault) => fault switch
    {
        AuthenticationException or ServiceNotAuthenticatedException => "it refuses the sign-in: check the user and the password in its Url",
        SslHandshakeException => "its certificate can't be trusted: use the host's name that the certificate has, or have the "
            + "certificate mended",
        NotSupportedException { Message: "UIDL" } => "it has no UIDL, so read messages can't be told from new ones: use IMAP",
        NotSupportedException => "it offers no STARTTLS: use imaps:// or pop3s://, or tls=none where nobody listens in",
        SocketException socket => $"it can't be reached ({socket.SocketErrorCode})",
        CommandException => "it refuses a command: check that the user may move messages and make folders",
        TimeoutException or OperationCanceledException => "it doesn't answer in time",
        _ => "the connection broke",
    };
}
