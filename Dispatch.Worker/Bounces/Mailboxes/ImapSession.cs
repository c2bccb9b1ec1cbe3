using System.Globalization;
using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Bounces.Reports;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>
/// A mailbox by IMAP. Messages are moved from the inbox to <c>Dispatch/Read</c> or <c>Dispatch/Unclear</c>, which are made where missing.
/// </summary>
internal sealed class ImapSession : IMailboxSession
{
    /// <summary>Messages up to this size are fetched whole, together with others of their group.</summary>
    private const int ShortBytes = 256 * 1024;

    private readonly ImapClient client = new() { Timeout = 60_000 };
    private readonly Dictionary<IntakeResult, IMailFolder> folders = [];

    private ImapSession()
    {
    }

    public static async Task<ImapSession> OpenAsync(MailboxUrl url, CancellationToken cancel)
    {
        var session = new ImapSession();
        try
        {
            await session.client.ConnectAsync(url.Host, url.Port, url.Tls, cancel);
            await session.client.AuthenticateAsync(url.User, url.Password, cancel);
            await session.client.Inbox.OpenAsync(FolderAccess.ReadWrite, cancel);
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
        await client.NoOpAsync(cancel); // the server reports new messages only in response to a command
        return [.. (await client.Inbox.SearchAsync(SearchQuery.NotDeleted, cancel))
            .Select(Name)];
    }

    // Two commands for a whole group and one more for each long message. Otherwise each message would cost a round trip.
    public async Task ReadAsync(IReadOnlyList<string> names, Func<string, byte[], Task> take, CancellationToken cancel)
    {
        var sizes = await client.Inbox.FetchAsync([.. names.Select(Uid)], MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancel);
        var isShort = sizes.ToLookup(message => message.Size <= ShortBytes, message => message.UniqueId);
        if (isShort[true].Any())
            await ((ImapFolder)client.Inbox).GetStreamsAsync([.. isShort[true]],
                async (_, _, uid, stream, _) => await take(Name(uid), await BytesAsync(stream, cancel)), cancel);
        foreach (var uid in isShort[false])
            try
            {
                await using var stream = await client.Inbox.GetStreamAsync(uid, 0, MailParts.MostBytes, cancel);
                await take(Name(uid), await BytesAsync(stream, cancel));
            }
            catch (MessageNotFoundException)
            {
                // The message has been removed in the meantime.
            }
    }

    private static async Task<byte[]> BytesAsync(Stream stream, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancel);
        return bytes.ToArray();
    }

    public async Task PutAsideAsync(IReadOnlyCollection<(string Name, IntakeResult Result)> messages, CancellationToken cancel)
    {
        foreach (var group in messages.GroupBy(message => message.Result))
            await client.Inbox.MoveToAsync([.. group.Select(message => Uid(message.Name))], await FolderAsync(group.Key, cancel), cancel);
    }

    public async Task<bool> WaitAsync(TimeSpan most, CancellationToken cancel)
    {
        if (!client.Capabilities.HasFlag(ImapCapabilities.Idle))
            return false;
        using var done = new CancellationTokenSource(most);
        void Come(object? sender, EventArgs args) => done.Cancel();
        client.Inbox.CountChanged += Come;
        try
        {
            await client.IdleAsync(done.Token, cancel);
        }
        finally
        {
            client.Inbox.CountChanged -= Come;
        }
        return true;
    }

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
            // The connection is being closed anyway.
        }
        client.Dispose();
    }

    private async Task<IMailFolder> FolderAsync(IntakeResult result, CancellationToken cancel)
    {
        if (folders.TryGetValue(result, out var known))
            return known;
        var root = client.PersonalNamespaces.Count > 0 ? client.GetFolder(client.PersonalNamespaces[0]) : client.Inbox;
        var ours = await MakeAsync(root, "Dispatch", cancel);
        return folders[result] = await MakeAsync(ours, result.ToString(), cancel);
    }

    private static async Task<IMailFolder> MakeAsync(IMailFolder parent, string name, CancellationToken cancel)
    {
        try
        {
            return await parent.GetSubfolderAsync(name, cancel);
        }
        catch (FolderNotFoundException)
        {
            return await parent.CreateAsync(name, isMessageFolder: true, cancel)
                ?? throw new ImapCommandException(ImapCommandResponse.No, $"the folder {name} can't be made");
        }
    }

    private static string Name(UniqueId uid) => uid.Id.ToString(CultureInfo.InvariantCulture);

    private UniqueId Uid(string name) => new(client.Inbox.UidValidity, uint.Parse(name, CultureInfo.InvariantCulture));
}
