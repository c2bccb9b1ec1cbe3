using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Dispatch.Worker.Relays;

/// <summary>An SMTP relay with its kept connections.</summary>
internal sealed class SmtpRelay(RelayUrl url, int connections, TimeProvider clock) : IRelay
{
    /// <summary>Servers hang up on idle clients, Postfix after five minutes at the latest: a connection left alone this long is not trusted.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim places = new(connections);
    private readonly ConcurrentStack<SmtpConnection> idle = new();

    public string Name => url.ToString();

    public SmtpReply Send(WireMail mail, Func<bool>? mayBegin)
    {
        places.Wait();
        try
        {
            var kept = TakeIdle();
            var reply = Try(kept, mail, mayBegin);
            // A kept connection may have been closed by the server in the meantime: that says nothing about the relay.
            return reply.Kind is ReplyKind.RelayFault && kept is not null && reply.Code == 0 ? Try(null, mail, mayBegin) : reply;
        }
        finally
        {
            places.Release();
        }
    }

    public string? Probe()
    {
        try
        {
            using var connection = SmtpConnection.Open(url);
            connection.Disconnect(true);
            return null;
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return Replies.Words(fault);
        }
    }

    public void Dispose()
    {
        while (idle.TryPop(out var connection))
            Close(connection);
        places.Dispose();
    }

    private SmtpReply Try(SmtpConnection? connection, WireMail mail, Func<bool>? mayBegin)
    {
        try
        {
            connection ??= SmtpConnection.Open(url);
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return Replies.OfOpening(fault, Name);
        }
        try
        {
            return connection.HandOver(mail, mayBegin) is { } said ? Replies.Accepted(said, mail.Recipient) : SmtpReply.NotBegun;
        }
        catch (SmtpCommandException fault)
        {
            return Replies.Of(fault, Name, mail.Recipient);
        }
        catch (NotSupportedException)
        {
            // RFC 6531 §3.2: without SMTPUTF8 this relay can't be given the address at all.
            return new SmtpReply(ReplyKind.Permanent, 553, "5.6.7", $"{Name} does not offer SMTPUTF8, which this address needs.");
        }
        catch (HandOverException fault) when (IsTheRelays(fault.InnerException!))
        {
            return new SmtpReply(fault.MayHaveTaken ? ReplyKind.Unknown : ReplyKind.RelayFault, 0, null, $"{Name}: {Replies.Words(fault.InnerException!)}");
        }
        finally
        {
            Keep(connection);
        }
    }

    private SmtpConnection? TakeIdle()
    {
        while (idle.TryPop(out var connection))
        {
            if (connection.IsConnected && clock.GetElapsedTime(connection.UsedAt) < KeptFor)
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
                connection.Timeout = 2000;
                connection.Disconnect(quit: true);
            }
            catch (Exception fault) when (IsTheRelays(fault))
            {
                // It hung up first.
            }
        }
    }

    private static bool IsTheRelays(Exception fault) => fault is IOException or SocketException or ProtocolException or CommandException
        or System.Security.Authentication.AuthenticationException or MailKit.Security.AuthenticationException or SslHandshakeException
        or TimeoutException or OperationCanceledException or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException;
}
