namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>The settings of one mailbox that is read.</summary>
public sealed class MailboxSettings
{
    /// <summary>The mailbox's address: see <see cref="MailboxUrl"/>.</summary>
    public string Url { get; set; } = "";

    /// <summary>How often to check the mailbox; 5 seconds to a day. With IMAP IDLE, new messages are also read as they arrive.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(1);

    public IEnumerable<string> Faults(int index)
    {
        var key = $"Bounces:Mailboxes:{index}";
        if (!MailboxUrl.TryParse(Url, out _, out var fault))
            yield return $"{key}:Url {fault}, e.g. imaps://user:password@mail.example.org";
        if (Every < TimeSpan.FromSeconds(5) || Every > TimeSpan.FromDays(1))
            yield return $"{key}:Every is {Every}: use 5 seconds to a day, e.g. 00:01:00";
    }
}
