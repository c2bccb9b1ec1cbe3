using System.Net.Sockets;
using MailKit;
using MailKit.Security;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>Says why a mailbox can't be read. The words are ours, because the server's could name the user.</summary>
internal static class MailboxFaults
{
    /// <summary>Whether a fault lies with the server or the network. If so, reading is retried.</summary>
    public static bool IsOfTheServer(Exception fault) => fault is AuthenticationException or SslHandshakeException or SocketException
        or IOException or ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or NotSupportedException or TimeoutException or FolderNotFoundException or OperationCanceledException;

    public static string Words(Exception fault) => fault switch
    {
        AuthenticationException or ServiceNotAuthenticatedException => "it refuses the sign-in: check the user and the password in its Url",
        SslHandshakeException => "its certificate can't be trusted: use the host name in the certificate, or have the "
            + "certificate mended",
        NotSupportedException { Message: "UIDL" } => "it has no UIDL, so read messages can't be told from new ones: use IMAP",
        NotSupportedException => "it offers no STARTTLS: use imaps:// or pop3s://, or tls=none on a network that nobody else can read",
        SocketException socket => $"it can't be reached ({socket.SocketErrorCode})",
        CommandException => "it refuses a command: check that the user may move messages and make folders",
        TimeoutException or OperationCanceledException => "it doesn't answer in time",
        _ => "the connection broke",
    };
}
