using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Dispatch.Worker.Mailing;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>How far a message has got. Each value names the part to which the relay's next answer belongs.</summary>
public enum SmtpStage
{
    Sender,
    Recipient,
    Data,

    /// <summary>The body has been handed to the stream: the relay may have the message.</summary>
    Content,
}

/// <summary>
/// One connection to a relay, kept open between messages. It uses MailKit's protocol (greeting, TLS, sign-in, pipelined envelope, replies),
/// but without MailKit's second pass over messages that are already in wire form. Its calls block, and it belongs to one thread at a time.
/// </summary>
internal sealed class SmtpConnection : SmtpClient
{
    /// <summary>
    /// How long a reply may take. RFC 5321 §4.5.3.2 allows more for some replies, but after this time we consider the relay gone.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long the reply to the final dot may take: ten minutes by RFC 5321 §4.5.3.2.6, "to avoid duplicate messages". The relay's filters
    /// run at this point.
    /// </summary>
    public static readonly TimeSpan PatienceAfterContent = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(20);

    private readonly CoalescingStream wire;
    private readonly WireMessage message;
    private readonly IPAddress? here;
    private readonly CancellationTokenRegistration hangingUp;
    private SmtpCapabilities offered;
    private SmtpStage stage;
    private Func<bool>? mayBegin;
    private bool heldBack;
    private string? certificateFault;

    private SmtpConnection(Socket socket, TimeProvider clock, CancellationToken hangUp)
    {
        wire = new CoalescingStream(new NetworkStream(socket, ownsSocket: true), clock) { Patience = Patience };
        message = new WireMessage(() => wire.PatienceThisTurn = PatienceAfterContent);
        here = (socket.LocalEndPoint as IPEndPoint)?.Address;
        hangingUp = hangUp.UnsafeRegister(_ => Cut(socket), null);
        CheckCertificateRevocation = false; // a certificate authority's outage must not stop a newsletter
        ServerCertificateValidationCallback = MayTrust;
    }

    /// <summary>When the connection was last used, by <see cref="TimeProvider.GetTimestamp"/>.</summary>
    public long UsedAt { get; set; }

    /// <summary>How far the last message got.</summary>
    public SmtpStage Stage => message.Written ? SmtpStage.Content : stage;

    /// <summary>How long the connection waits for the next reply.</summary>
    public TimeSpan Waits => wire.PatienceThisTurn ?? wire.Patience;

    /// <param name="relay">The relay's address.</param>
    /// <param name="helo">The name for EHLO, or null for the connection's local address.</param>
    /// <param name="clock">The clock that limits the wait for each reply.</param>
    /// <param name="hangUp">Cuts the connection when it is canceled, also while a call waits for a reply.</param>
    public static SmtpConnection Open(RelayUrl relay, string? helo, TimeProvider clock, CancellationToken hangUp = default)
    {
        hangUp.ThrowIfCancellationRequested();
        var connection = new SmtpConnection(Dial(relay, hangUp), clock, hangUp);
        try
        {
            // MailKit turns a plain address into the literal that RFC 5321 §4.1.3 demands.
            connection.LocalDomain = helo is ['[', .. var literal, ']']
                ? literal.Replace("IPv6:", "", StringComparison.OrdinalIgnoreCase)
                : helo ?? Literal(connection.here);
            connection.Connect(connection.wire, relay.Host, relay.Port, relay.Tls switch
            {
                RelayTls.Implicit => SecureSocketOptions.SslOnConnect,
                RelayTls.StartTls => SecureSocketOptions.StartTls,
                RelayTls.None => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTlsWhenAvailable,
            }, hangUp);
            if (relay.User is not null)
                connection.Authenticate(relay.User, relay.Password ?? "", hangUp);
            connection.offered = connection.Capabilities;
            if (!connection.IsSecure && (connection.offered & SmtpCapabilities.Pipelining) != 0)
                connection.wire.PipelineData(); // below TLS, the stream can't see the commands
            return connection;
        }
        catch (SslHandshakeException fault) when (connection.certificateFault is { } why)
        {
            connection.Dispose();
            throw new UntrustedCertificateException(why, fault);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Whether the connection can carry a message. One that has carried a message to an internationalized domain no longer has SMTPUTF8:
    /// MailKit lets a capability be disabled, but never enabled again.
    /// </summary>
    public bool CanCarry(WireMail mail) => !mail.NeedsSmtpUtf8 || ((offered ^ Capabilities) & SmtpCapabilities.UTF8) == 0;

    /// <summary>Hands over a message.</summary>
    /// <returns>The server's reply to the end of DATA, or null if <paramref name="begin"/> returned false.</returns>
    /// <exception cref="HandOverException">The hand-over broke off; <see cref="HandOverException.MayHaveTaken"/> says whether the relay may
    /// have the message anyway.</exception>
    /// <exception cref="NotSupportedException">The recipient needs SMTPUTF8, and the relay does not offer it.</exception>
    public string? HandOver(WireMail mail, Func<bool>? begin)
    {
        if (mail.NeedsSmtpUtf8 && (offered & SmtpCapabilities.UTF8) == 0)
            throw new NotSupportedException("SMTPUTF8 is not offered.");
        (mayBegin, heldBack, stage) = (begin, false, SmtpStage.Sender);
        // MailKit would use SMTPUTF8 even for an internationalised domain, for which A-labels suffice. A host behind the relay that has no
        // SMTPUTF8 would then bounce the message needlessly.
        if (!mail.NeedsSmtpUtf8 && (HasALabel(mail.Recipient) || HasALabel(mail.Sender)))
            Capabilities &= ~SmtpCapabilities.UTF8;
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

    private static bool HasALabel(string address) => address.Contains("xn--", StringComparison.OrdinalIgnoreCase);

    public void SayGoodbyeWithin(TimeSpan patience)
    {
        wire.Patience = patience;
        Disconnect(quit: true);
    }

    /// <summary>Sends a command outside any message, and returns the reply.</summary>
    public SmtpResponse Ask(string command) => SendCommand(command);

    /// <summary>Describes in words the name given in EHLO, the encryption and the sign-in.</summary>
    public string Describe(RelayUrl relay)
    {
        var name = IPAddress.TryParse(LocalDomain, out _) ? $"[{LocalDomain}]" : LocalDomain;
        var secured = IsSecure ? $"encrypted by {Words(SslProtocol)}" : "not encrypted";
        return $"says {name}, {secured}, {(relay.User is null ? "without signing in" : "signed in")}";
    }

    protected override void Dispose(bool disposing)
    {
        hangingUp.Dispose();
        base.Dispose(disposing);
    }

    protected override void OnSenderAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        stage = SmtpStage.Recipient;
        base.OnSenderAccepted(message, mailbox, response);
    }

    protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response)
    {
        if (stage is SmtpStage.Recipient) // with pipelining, this is also called after a refused sender
            stage = SmtpStage.Data;
        if (mayBegin is null || mayBegin())
            return;
        heldBack = true;
        // MailKit answers this exception with RSET.
        throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, response.StatusCode, mailbox, "held back");
    }

    protected override void Prepare(FormatOptions options, MimeMessage message, EncodingConstraint constraint, int maxLineLength)
    {
        // Nothing to do: the message is already in wire form.
    }

    // An estimate is enough for the SIZE parameter (RFC 1870 §6). The exact size would cost a pass over the message.
    protected override long GetSize(FormatOptions options, MimeMessage message, CancellationToken cancellationToken) =>
        ((WireMessage)message).Mail.Length + 4096L;

    private bool MayTrust(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        certificateFault = errors is SslPolicyErrors.None ? null
            : CertificateFaults.Describe(certificate as X509Certificate2, chain, errors);
        return certificateFault is null;
    }

    private static void Cut(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Both); // ends a call that waits for a reply, as if the relay had hung up
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The connection is over.
        }
    }

    private static string? Literal(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();

    private static string Words(System.Security.Authentication.SslProtocols protocol) => protocol switch
    {
        System.Security.Authentication.SslProtocols.Tls13 => "TLS 1.3",
        System.Security.Authentication.SslProtocols.Tls12 => "TLS 1.2",
        _ => "an old TLS",
    };

    // Uses the blocking Connect, because after a single asynchronous call on a socket, .NET emulates every later blocking call.
    private static Socket Dial(RelayUrl relay, CancellationToken hangUp)
    {
        // On Linux, the send timeout applies to connecting too.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            SendTimeout = (int)ConnectPatience.TotalMilliseconds
        };
        try
        {
            using (hangUp.UnsafeRegister(_ => socket.Dispose(), null))
                socket.Connect(relay.Host, relay.Port);
            hangUp.ThrowIfCancellationRequested();
            return socket;
        }
        catch (ObjectDisposedException) when (hangUp.IsCancellationRequested)
        {
            throw new OperationCanceledException(hangUp);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>The exception for a hand-over that was not completed.</summary>
internal sealed class HandOverException(bool mayHaveTaken, Exception inner) : Exception(inner.Message, inner)
{
    public bool MayHaveTaken => mayHaveTaken;
}
