using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>One kept connection to a relay: MailKit's protocol without its second look at bodies that already are in wire form.</summary>
internal sealed class SmtpConnection : SmtpClient
{
    /// <summary>RFC 5321 §4.5.3.2 would wait longer for some replies; beyond this a relay counts as gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);

    /// <summary>True from the relay's yes to this recipient on: what breaks after that may have been handed over.</summary>
    public bool MayHaveTaken { get; private set; }

    /// <summary>When it was last used, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long UsedAt { get; set; }

    public static async Task<SmtpConnection> OpenAsync(RelayUrl relay, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(ConnectPatience);
        var cancel = patience.Token;
        var connection = new SmtpConnection
        {
            Timeout = (int)Patience.TotalMilliseconds,
            // A certificate authority's outage must not stop a newspaper.
            CheckCertificateRevocation = false,
        };
        try
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(relay.Host, relay.Port, cancel);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
            await connection.ConnectAsync(new CoalescingStream(new NetworkStream(socket, ownsSocket: true)), relay.Host, relay.Port, relay.Tls switch
            {
                RelayTls.Implicit => SecureSocketOptions.SslOnConnect,
                RelayTls.StartTls => SecureSocketOptions.StartTls,
                RelayTls.None => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTlsWhenAvailable,
            }, cancel);
            if (relay.User is not null)
                await connection.AuthenticateAsync(relay.User, relay.Password ?? "", cancel);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>The server's reply to the end of DATA.</returns>
    public async Task<string> HandOverAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        MayHaveTaken = false;
        using var patience = new CancellationTokenSource(Patience); // a stream's own time-outs do not hold for asynchronous reads
        return await SendAsync(message, sender, [recipient], patience.Token);
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        MayHaveTaken = true;
        base.OnRecipientAccepted(message, mailbox, response);
    }

    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
        if (message.Body is not RawPart)
            base.Prepare(options, message, constraint, maxLineLength);
    }

    // An estimate is enough for the SIZE parameter (RFC 1870 §6); the true figure would cost a pass over the message.
    protected override long GetSize(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        message.Body is RawPart part ? part.Length + 4096L : base.GetSize(options, message, cancellationToken);

    protected override Task<long> GetSizeAsync(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        message.Body is RawPart part ? Task.FromResult(part.Length + 4096L) : base.GetSizeAsync(options, message, cancellationToken);
}
