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
        await client.NoOpAsync(cancel); // the server tells of new messages only when it is asked something
        return [.. (await client.Inbox.SearchAsync(SearchQuery.NotDeleted, cancel))
            .Select(uid => uid.Id.ToString(CultureInfo.InvariantCulture))];
    }

    public async Task<byte[]?> ReadAsync(string name, CancellationToken cancel)
    {
        try
        {
            await using var stream = await client.Inbox.GetStreamAsync(Uid(name), 0, MailParts.MostBytes, cancel);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, cancel);
            return bytes.ToArray();
        }
        catch (MessageNotFoundException)
        {
            return null;
        }
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
            // The connection is going anyway.
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

    private UniqueId Uid(string name) => new(client.Inbox.UidValidity, uint.Parse(name, CultureInfo.InvariantCulture));
}
