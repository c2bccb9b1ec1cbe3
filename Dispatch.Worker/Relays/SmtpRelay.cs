using System.Collections.Concurrent;
using System.Net.Sockets;
using Dispatch.Worker.Mailing;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Dispatch.Worker.Relays;

/// <summary>
/// An SMTP relay with its open connections. A relay may end a connection at any time (RFC 5321 §3.8), for example after a number of
/// messages. If the connection has carried messages before, its end says nothing about the relay, and a fresh connection is tried at once.
/// </summary>
/// <remarks>
/// If a fresh connection ends before the recipient is given, the relay is at fault and is rested. If it ends later, the message may be the
/// cause, and is deferred after one more try. After several such messages in a row, the relay is considered at fault.
/// </remarks>
internal sealed class SmtpRelay(
    RelayUrl url, int connections, string? helo, TimeProvider clock, CancellationToken hangUp = default) : IRelay
{
    /// <summary>How long an idle connection is kept. Servers hang up on idle clients, Postfix after five minutes or sooner.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    /// <summary>After this many messages in a row that each ended two fresh connections, the relay is considered at fault.</summary>
    private const int MostInARow = 3;

    // The recipient when a relay is tested. No relay may be asked about a real reader, and this domain can't receive mail (RFC 7505).
    private const string NobodysAddress = "postmaster@example.com";

    private readonly SemaphoreSlim places = new(connections);
    private readonly ConcurrentStack<SmtpConnection> idle = new();
    private int endedInARow;

    public string Name => url.ToString();

    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin)
    {
        places.Wait();
        try
        {
            var kept = TakeIdle(mail);
            var attempt = Try(kept, mail, mayBegin);
            if (kept is not null && attempt.EndsAKeptConnection)
                attempt = Try(null, mail, mayBegin);
            if (attempt.EndedByThisMail)
                attempt = Try(null, mail, mayBegin);
            if (attempt.EndedByThisMail)
                return Interlocked.Increment(ref endedInARow) < MostInARow
                    ? attempt.Reply with { Kind = ReplyKind.Transient } : attempt.Reply;
            if (attempt.Reply.Kind is ReplyKind.Accepted)
                endedInARow = 0;
            return attempt.Reply;
        }
        finally
        {
            places.Release();
        }
    }

    public RelayProbe Probe(string sender)
    {
        try
        {
            using var connection = SmtpConnection.Open(url, helo, clock, hangUp);
            var (says, inClear) = (connection.Describe(url), !connection.IsSecure && !IsThisMachine);
            var fault = Refused(connection, sender);
            connection.SayGoodbyeWithin(TimeSpan.FromSeconds(2));
            return new RelayProbe(Name, fault, says, inClear);
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return new RelayProbe(Name, Replies.Words(fault), "", InClear: false);
        }
    }

    public void Dispose()
    {
        while (idle.TryPop(out var connection))
            Close(connection);
        places.Dispose();
    }

    private bool IsThisMachine =>
        url.Host is "localhost" || (System.Net.IPAddress.TryParse(url.Host, out var address) && System.Net.IPAddress.IsLoopback(address));

    // Gives the relay an envelope as for a message, and stops before DATA.
    private static string? Refused(SmtpConnection connection, string sender)
    {
        var reply = Replies.Of(connection.Ask($"MAIL FROM:<{sender}>"), sender);
        if (reply.Kind is not ReplyKind.Accepted)
            return $"it refuses the envelope sender: {reply.Said}; set Mail:BounceAddress to one that it accepts";
        reply = Replies.Of(connection.Ask($"RCPT TO:<{NobodysAddress}>"), NobodysAddress);
        var fault = reply.Kind is ReplyKind.Accepted
            || reply is { Kind: ReplyKind.Permanent, About: ReplyAbout.Mailbox or ReplyAbout.Host } ? null
            : $"it accepts no email for other domains: {reply.Said}; {ToDo(reply)}";
        connection.Ask("RSET");
        return fault;
    }

    private static string ToDo(SmtpReply reply) => reply.Text.Contains("helo", StringComparison.OrdinalIgnoreCase)
        ? "set Mail:HeloName to a full name that this machine has in DNS"
        : reply.Kind is ReplyKind.Transient or ReplyKind.RelayFault ? "it may pass: try again in a minute"
        : "let it relay for this machine, or sign in with a user and password in its Url";

    private Attempt Try(SmtpConnection? connection, WireMail mail, Func<bool>? mayBegin)
    {
        var kept = connection is not null;
        try
        {
            connection ??= SmtpConnection.Open(url, helo, clock, hangUp);
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return new Attempt(Replies.OfOpening(fault, Name), SmtpStage.Sender);
        }
        Attempt? attempt = null;
        try
        {
            var said = new Attempt(HandOver(connection, mail, mayBegin), connection.Stage);
            attempt = said;
            return said;
        }
        finally
        {
            if (attempt is not { } came || came.EndsTheConnection || (kept && came.EndsAKeptConnection))
                connection.Dispose();
            else
                Keep(connection);
        }
    }

    private SmtpReply HandOver(SmtpConnection connection, WireMail mail, Func<bool>? mayBegin)
    {
        try
        {
            return connection.HandOver(mail, mayBegin) is { } said ? Replies.Accepted(said, mail.Recipient) : SmtpReply.NotBegun;
        }
        catch (SmtpCommandException fault)
        {
            return Replies.Of(fault, connection.Stage, Name, mail.Recipient);
        }
        catch (NotSupportedException)
        {
            // RFC 6531 §3.2: a relay without SMTPUTF8 can't be given this address.
            return SmtpReply.NoSmtpUtf8(Name);
        }
        catch (HandOverException fault) when (fault.InnerException is ServiceNotAuthenticatedException asked)
        {
            var refused = new SmtpCommandException(SmtpErrorCode.UnexpectedStatusCode,
                SmtpStatusCode.AuthenticationRequired, asked.Message);
            return Replies.Of(refused, connection.Stage, Name, mail.Recipient);
        }
        catch (HandOverException fault) when (IsTheRelays(fault.InnerException!))
        {
            var kind = fault.MayHaveTaken ? ReplyKind.Unknown : ReplyKind.RelayFault;
            return new SmtpReply(kind, 0, null, $"{Name}: {Replies.Words(fault.InnerException!)}");
        }
    }

    private SmtpConnection? TakeIdle(WireMail mail)
    {
        while (idle.TryPop(out var connection))
        {
            if (connection.IsConnected && clock.GetElapsedTime(connection.UsedAt) < KeptFor && connection.CanCarry(mail))
                return connection;
            connection.Dispose();
        }
        return null;
    }

    private void Keep(SmtpConnection connection)
    {
        if (!connection.IsConnected)
        {
            connection.Dispose();
            return;
        }
        connection.UsedAt = clock.GetTimestamp();
        idle.Push(connection);
    }

    private static void Close(SmtpConnection connection)
    {
        using (connection)
        {
            try
            {
                connection.SayGoodbyeWithin(TimeSpan.FromSeconds(2));
            }
            catch (Exception fault) when (IsTheRelays(fault))
            {
                // Nothing to do: the relay hung up first.
            }
        }
    }

    private static bool IsTheRelays(Exception fault) => fault is IOException or SocketException or ProtocolException or CommandException
        or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException
        or SslHandshakeException or UntrustedCertificateException
        or TimeoutException or OperationCanceledException or ServiceNotConnectedException or ServiceNotAuthenticatedException
        or NotSupportedException;

    /// <summary>The result of an attempt on one connection.</summary>
    private readonly record struct Attempt(SmtpReply Reply, SmtpStage Stage)
    {
        private bool IsGoodbye => Reply.Code == 421 || (Reply is { Kind: ReplyKind.RelayFault, Code: 0 });

        /// <summary>Whether the connection is closed or out of step. If so, nothing more may be sent on it.</summary>
        public bool EndsTheConnection =>
            Reply.Code is 421 or 530 || Reply is { IsTheRelays: true, Code: < 400 } || Reply.Kind is ReplyKind.Unknown;

        /// <summary>Whether a connection that has carried messages before is used up. This says nothing about the relay.</summary>
        public bool EndsAKeptConnection =>
            Reply.Code is 421 or 452 || (Reply.IsTheRelays && (Reply.Code < 400 || Stage is SmtpStage.Sender));

        /// <summary>Whether a fresh connection ended at the recipient or later. If so, this message may be the cause.</summary>
        public bool EndedByThisMail => IsGoodbye && Stage > SmtpStage.Sender;
    }
}
