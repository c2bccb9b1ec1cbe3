using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Database;
using MailKit.Net.Pop3;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>
/// A mailbox by POP3. Messages stay where they are; the server's unique ids (RFC 1939 §7) of those that were dealt with are kept, as long
/// as the server has them.
/// </summary>
internal sealed class Pop3Session : IMailboxSession
{
    /// <summary>POP3 sends messages whole, and of a larger one only its header is read.</summary>
    private const int LargestWhole = 4 * MailParts.MostBytes;

    /// <summary>
    /// Messages up to this size are requested together with others of their group, if the server allows it (RFC 2449 §6.6), and are in
    /// memory together.
    /// </summary>
    private const int ShortBytes = 256 * 1024;

    private readonly Pop3Client client = new() { Timeout = 60_000 };
    private readonly IDbContextFactory<DispatchDb> databases;
    private readonly string mailbox;
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    private IList<int>? sizes;

    private Pop3Session(IDbContextFactory<DispatchDb> databases, string mailbox) => (this.databases, this.mailbox) = (databases, mailbox);

    public static async Task<Pop3Session> OpenAsync(
        MailboxUrl url, string mailbox, IDbContextFactory<DispatchDb> databases, CancellationToken cancel)
    {
        var session = new Pop3Session(databases, mailbox);
        try
        {
            await session.client.ConnectAsync(url.Host, url.Port, url.Tls, cancel);
            await session.client.AuthenticateAsync(url.User, url.Password, cancel);
            return session;
        }
        catch
        {
            session.client.Dispose();
            throw;
        }
    }

    public async Task<IReadOnlyList<string>> NewAsync(CancellationToken cancel)
    {
        if (!client.Capabilities.HasFlag(Pop3Capabilities.UIDL))
            throw new NotSupportedException("UIDL");
        places.Clear();
        sizes = null;
        foreach (var (place, name) in (await client.GetMessageUidsAsync(cancel)).Index())
            places.TryAdd(name, place);
        await using var db = databases.CreateDbContext();
        var seen = (await db.SeenMessages.Where(one => one.Mailbox == mailbox).Select(one => one.Uidl).ToListAsync(cancel)).ToHashSet();
        foreach (var gone in seen.Where(name => !places.ContainsKey(name)).Chunk(500))
            await db.SeenMessages.Where(one => one.Mailbox == mailbox && gone.Contains(one.Uidl)).ExecuteDeleteAsync(cancel);
        return [.. places.OrderBy(one => one.Value).Select(one => one.Key).Where(name => !seen.Contains(name))];
    }

    public async Task ReadAsync(IReadOnlyList<string> names, Func<string, byte[], Task> take, CancellationToken cancel)
    {
        sizes ??= await client.GetMessageSizesAsync(cancel);
        var isShort = names.ToLookup(name => sizes[places[name]] <= ShortBytes);
        if (isShort[true].ToList() is { Count: > 0 } together)
            foreach (var (name, stream) in together.Zip(
                await client.GetStreamsAsync([.. together.Select(name => places[name])], headersOnly: false, cancel)))
                await take(name, await BytesAsync(stream, cancel));
        foreach (var name in isShort[false])
        {
            var place = places[name];
            await take(name, await BytesAsync(
                await client.GetStreamAsync(place, headersOnly: sizes[place] > LargestWhole, cancel), cancel));
        }
    }

    private static async Task<byte[]> BytesAsync(Stream whole, CancellationToken cancel)
    {
        await using var stream = whole;
        var bytes = new byte[(int)Math.Min(stream.Length, MailParts.MostBytes)];
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }

    public async Task PutAsideAsync(IReadOnlyCollection<(string Name, IntakeResult Result)> messages, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var names = messages.Select(message => message.Name).ToList();
        var seen = await db.SeenMessages.Where(one => one.Mailbox == mailbox && names.Contains(one.Uidl)).Select(one => one.Uidl)
            .ToListAsync(cancel);
        db.SeenMessages.AddRange(names.Except(seen).Select(name => new SeenMessage { Mailbox = mailbox, Uidl = name }));
        await db.SaveChangesAsync(cancel);
    }

    public Task<bool> WaitAsync(TimeSpan most, CancellationToken cancel) => Task.FromResult(false);

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            if (client.IsConnected)
                await client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception fault) when (MailboxFaults.IsOfTheServer(fault))
        {
            // The connection is going anyway.
        }
        client.Dispose();
    }
}
