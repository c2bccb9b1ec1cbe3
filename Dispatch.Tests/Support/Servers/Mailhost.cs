using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;

namespace Dispatch.Tests.Support.Servers;

/// <summary>
/// The mail host of the shared folder, started once per test run: Postfix receives mail, and Dovecot serves the mailboxes.
/// </summary>
internal sealed class Mailhost : IDisposable
{
    private static readonly SemaphoreSlim Gate = new(1);
    private static Mailhost? started;

    private readonly Keeper keeper;
    private readonly int ports;

    private Mailhost(Keeper keeper, int ports) => (this.keeper, this.ports) = (keeper, ports);

    /// <summary>
    /// The relay, which accepts mail for reader1@readers.test to reader9@readers.test, also with tags such as <c>+tag</c>.
    /// </summary>
    public string RelayUrl => $"smtp://127.0.0.1:{ports + 25}?tls=none";

    /// <summary>The same relay without SMTPUTF8 and 8BITMIME.</summary>
    public string OldRelayUrl => $"smtp://127.0.0.1:{ports + 26}?tls=none";

    /// <summary>The port of IMAP, without TLS.</summary>
    public int ImapPort => ports + 143;

    /// <summary>The port of POP3, without TLS.</summary>
    public int Pop3Port => ports + 110;

    /// <summary>Delivers a message to a mailbox.</summary>
    public async Task DeliverAsync(string mailbox, byte[] message)
    {
        using var smtp = new MailKit.Net.Smtp.SmtpClient();
        await smtp.ConnectAsync("127.0.0.1", ports + 25, MailKit.Security.SecureSocketOptions.None);
        await smtp.SendAsync(await MimeMessage.LoadAsync(new MemoryStream(message)), new MailboxAddress("", ""), [new MailboxAddress("",
            mailbox)]);
        await smtp.DisconnectAsync(true);
    }

    /// <summary>Returns the number of messages in a mailbox's folder; 0 if there is no such folder.</summary>
    public async Task<int> CountAsync(string mailbox, params string[] folder)
    {
        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", ports + 143, MailKit.Security.SecureSocketOptions.None);
        await imap.AuthenticateAsync(mailbox, "test");
        var at = folder.Length == 0 ? imap.Inbox : imap.GetFolder(imap.PersonalNamespaces[0]);
        try
        {
            foreach (var name in folder)
                at = await at.GetSubfolderAsync(name);
            await at.StatusAsync(StatusItems.Count);
            return at.Count;
        }
        catch (FolderNotFoundException)
        {
            return 0;
        }
    }

    public static async Task<Mailhost> StartedAsync(string folder)
    {
        await Gate.WaitAsync();
        try
        {
            return started ??= await StartAsync(folder);
        }
        finally
        {
            Gate.Release();
        }
    }

    public static Task EndAsync()
    {
        started?.Dispose();
        started = null;
        return Task.CompletedTask;
    }

    /// <summary>Returns the messages in a mailbox. Waits up to 30 seconds for the expected number.</summary>
    public async Task<IReadOnlyList<MimeMessage>> MailsAsync(string mailbox, int expected)
    {
        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", ports + 143, MailKit.Security.SecureSocketOptions.None);
        await imap.AuthenticateAsync(mailbox, "test");
        await imap.Inbox.OpenAsync(FolderAccess.ReadOnly);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (imap.Inbox.Count < expected && !patience.IsCancellationRequested)
        {
            using var more = CancellationTokenSource.CreateLinkedTokenSource(patience.Token);
            void Came(object? sender, EventArgs change) => more.Cancel();
            imap.Inbox.CountChanged += Came;
            await imap.IdleAsync(more.Token);
            imap.Inbox.CountChanged -= Came;
        }
        var mails = new List<MimeMessage>();
        foreach (var id in await imap.Inbox.SearchAsync(SearchQuery.All))
            mails.Add(await imap.Inbox.GetMessageAsync(id));
        await imap.DisconnectAsync(true);
        return mails;
    }

    public async Task EmptyAsync(string mailbox)
    {
        using var imap = new ImapClient();
        await imap.ConnectAsync("127.0.0.1", ports + 143, MailKit.Security.SecureSocketOptions.None);
        await imap.AuthenticateAsync(mailbox, "test");
        await imap.Inbox.OpenAsync(FolderAccess.ReadWrite);
        if (await imap.Inbox.SearchAsync(SearchQuery.All) is { Count: > 0 } all)
        {
            await imap.Inbox.AddFlagsAsync(all, MessageFlags.Deleted, true);
            await imap.Inbox.ExpungeAsync();
        }
        await imap.DisconnectAsync(true);
    }

    public void Dispose() => keeper.Dispose();

    private static async Task<Mailhost> StartAsync(string folder)
    {
        const string script = """
            export MAILHOST_DIR=$(mktemp -u "${TMPDIR:-/tmp}/dispatch-mailhost-XXXXXX")
            bash "$FOLDER/start" >&2 </dev/null || exit 1
            echo ready
            cat >/dev/null
            bash "$FOLDER/stop" --wipe >/dev/null 2>&1
            rm -f "$MAILHOST_DIR.lock"
            """;
        InvalidOperationException? last = null;
        for (var tries = 0; tries < 5; tries++)
        {
            var ports = 11_000 + Random.Shared.Next(20) * 1000; // below the ports that outgoing connections use
            try
            {
                return new Mailhost(await Keeper.StartAsync(script, ("FOLDER", folder), ("MAILHOST_BASE", $"{ports}"),
                    ("MAILHOST_PASSWORD", "test")), ports);
            }
            catch (InvalidOperationException fault) when (fault.Message.Contains("is taken", StringComparison.Ordinal))
            {
                last = fault;
            }
        }
        throw last!;
    }
}
