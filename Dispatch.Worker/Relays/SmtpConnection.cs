using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>
/// One kept connection to a relay: MailKit's protocol (greeting, TLS, sign-in, pipelined envelope, replies) without its second look
/// at messages that already are in wire form. Blocking: it belongs to one thread at a time.
/// </summary>
internal sealed class SmtpConnection : SmtpClient
{
    /// <summary>RFC 5321 §4.5.3.2 would wait longer for some replies; beyond this a relay counts as gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);

    private readonly WireMessage message = new();
    private Func<bool>? mayBegin;
    private bool heldBack;

    /// <summary>When it was last used, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long UsedAt { get; set; }

    public static SmtpConnection Open(RelayUrl relay)
    {
        var connection = new SmtpConnection
        {
            Timeout = (int)Patience.TotalMilliseconds,
            // A certificate authority's outage must not stop a newspaper.
            CheckCertificateRevocation = false,
        };
        try
        {
            connection.Connect(new CoalescingStream(new NetworkStream(Dial(relay), ownsSocket: true)), relay.Host, relay.Port, relay.Tls switch
            {
                RelayTls.Implicit => SecureSocketOptions.SslOnConnect,
                RelayTls.StartTls => SecureSocketOptions.StartTls,
                RelayTls.None => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTlsWhenAvailable,
            });
            if (relay.User is not null)
                connection.Authenticate(relay.User, relay.Password ?? "");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Hands a mail over.</summary>
    /// <returns>The server's reply to the end of DATA; null when <paramref name="begin"/> said no.</returns>
    /// <exception cref="HandOverException">It broke off; <see cref="HandOverException.MayHaveTaken"/> says whether the relay may have the mail all the same.</exception>
    public string? HandOver(WireMail mail, Func<bool>? begin)
    {
        (mayBegin, heldBack) = (begin, false);
        message.Carry(mail);
        try
        {
            return Send(FormatOptions.Default, message, new MailboxAddress("", mail.Sender), [new MailboxAddress("", mail.Recipient)]);
        }
        catch (SmtpCommandException) when (heldBack)
        {
            return null;
        }
        catch (Exception fault) when (fault is not SmtpCommandException and not NotSupportedException)
        {
            throw new HandOverException(message.Written, fault);
        }
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        if (mayBegin is null || mayBegin())
            return;
        heldBack = true;
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, response.StatusCode, mailbox, "held back"); // MailKit answers it with RSET
    }

    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
        // It is in wire form already.
    }

    // An estimate is enough for the SIZE parameter (RFC 1870 §6); the true figure would cost a pass over the message.
    protected override long GetSize(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) => ((WireMessage)message).Mail.Length + 4096L;

    // Connected by the blocking call: one asynchronous call on a socket makes .NET emulate all later blocking ones.
    private static Socket Dial(RelayUrl relay)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = (int)ConnectPatience.TotalMilliseconds }; // on Linux it holds for connecting too
        try
        {
            socket.Connect(relay.Host, relay.Port);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A mail was not handed over to its end.</summary>
internal sealed class HandOverException(bool mayHaveTaken, Exception inner) : Exception(inner.Message, inner)
{
    public bool MayHaveTaken => mayHaveTaken;
}
