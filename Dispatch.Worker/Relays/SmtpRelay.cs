using System.Collections.Concurrent;
using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Dispatch.Worker.Relays;

/// <summary>An SMTP relay with its kept connections.</summary>
internal sealed class SmtpRelay(RelayUrl url, int connections, TimeProvider clock) : IRelay
{
    /// <summary>Servers hang up on idle clients, Postfix after five minutes at the latest: a connection left alone this long is not trusted.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim places = new(connections);
    private readonly ConcurrentStack<SmtpConnection> idle = new();

    public string Name => url.ToString();

    public async Task<SmtpReply> SendAsync(MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        await places.WaitAsync();
        try
        {
            var kept = TakeIdle();
            var reply = await TryAsync(kept, message, sender, recipient);
            // A kept connection may have been closed by the server in the meantime: that says nothing about the relay.
            return reply.Kind is ReplyKind.RelayFault && kept is not null && reply.Code == 0
                ? await TryAsync(null, message, sender, recipient)
                : reply;
        }
        finally
        {
            places.Release();
        }
    }

    public async Task<string?> ProbeAsync(CancellationToken cancel)
    {
        try
        {
            using var connection = await SmtpConnection.OpenAsync(url, cancel);
            await connection.DisconnectAsync(true, cancel);
            return null;
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return Replies.Words(fault);
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (idle.TryPop(out var connection))
            await CloseAsync(connection);
        places.Dispose();
    }

    private async Task<SmtpReply> TryAsync(SmtpConnection? connection, MimeMessage message, MailboxAddress sender, MailboxAddress recipient)
    {
        try
        {
            connection ??= await SmtpConnection.OpenAsync(url, CancellationToken.None);
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return new SmtpReply(ReplyKind.RelayFault, fault is SmtpCommandException refused ? (int)refused.StatusCode : 0, null, $"{Name}: {Replies.Words(fault)}");
        }
        try
        {
            return Replies.Accepted(await connection.HandOverAsync(message, sender, recipient), recipient);
        }
        catch (SmtpCommandException fault)
        {
            return Replies.Of(fault, Name, recipient);
        }
        catch (NotSupportedException)
        {
            // RFC 6531 §3.2: without SMTPUTF8 this relay can't be given the address at all.
            return new SmtpReply(ReplyKind.Permanent, 553, "5.6.7", $"{Name} does not offer SMTPUTF8, which this address needs.");
        }
        catch (Exception fault) when (IsTheRelays(fault))
        {
            return new SmtpReply(connection.MayHaveTaken ? ReplyKind.Unknown : ReplyKind.RelayFault, 0, null, $"{Name}: {Replies.Words(fault)}");
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

    private static async Task CloseAsync(SmtpConnection connection)
    {
        using (connection)
        {
            try
            {
                using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await connection.DisconnectAsync(quit: true, soon.Token);
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
