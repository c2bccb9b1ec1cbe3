using System.Globalization;

namespace Dispatch.Worker.Bounces.Mailboxes;

/// <summary>The state of a mailbox that is read. One process at a time reads it, under a lease.</summary>
public class MailboxState
{
    /// <summary>Identifies the mailbox: its position in the settings and its host, such as <c>0 imap://mail.example.org:993</c>.</summary>
    public required string Mailbox { get; set; }

    /// <summary>The mailbox's name in tables, logs and pages. Contains neither user nor password.</summary>
    public static string NameOf(int number, MailboxUrl url) => string.Create(CultureInfo.InvariantCulture, $"{number} {url}");

    /// <summary>The process that reads the mailbox, or null.</summary>
    public string? LeasedBy { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When the mailbox was last read to its end, or null if never.</summary>
    public DateTimeOffset? ReadAt { get; set; }

    /// <summary>Why the mailbox can't be read, in fixed words; null if it can.</summary>
    public string? Fault { get; set; }

    /// <summary>Since when it can't be read.</summary>
    public DateTimeOffset? FaultAt { get; set; }

    /// <summary>The number of messages that were read and understood.</summary>
    public long Read { get; set; }

    /// <summary>The number of messages that a person has to read.</summary>
    public long Unclear { get; set; }
}

/// <summary>A message that stays in a POP3 mailbox and has been processed.</summary>
public class SeenMessage
{
    /// <summary><see cref="MailboxState.Mailbox"/></summary>
    public required string Mailbox { get; set; }

    /// <summary>The message's unique id on the server (RFC 1939 §7), at most 70 characters.</summary>
    public required string Uidl { get; set; }
}
