using Dispatch.Worker.Bounces.SenderReports;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>A message that came back to us, reduced to what a verdict needs.</summary>
/// <param name="Nature">What kind of message it is.</param>
/// <param name="Recipients">The recipients that the message reports on, in its order. Empty if it names nobody.</param>
/// <param name="Why">How the nature was recognized, for display: fixed words that quote nothing from the message.</param>
public sealed record IncomingMail(IncomingNature Nature, IReadOnlyList<ReportedRecipient> Recipients, string Why)
{
    /// <summary>The addresses that the message was delivered to, such as <c>bounces+TOKEN@host</c>, the most reliable first.</summary>
    public IReadOnlyList<string> DeliveredTo { get; init; } = [];

    /// <summary>The header of our message that was returned, or null if none was.</summary>
    public ReturnedHeader? Returned { get; init; }

    /// <summary>The mailbox in From, or null if the message has none.</summary>
    public string? From { get; init; }

    /// <summary>The decoded subject, or an empty text.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The text that a person would read, without quoted or returned messages.</summary>
    public string Text { get; init; } = "";

    /// <summary>For a complaint: the Feedback-Type (RFC 5965 §3.1), such as <c>abuse</c>.</summary>
    public string? FeedbackType { get; init; }

    /// <summary>For a complaint: the envelope sender of our message (Original-Mail-From), or null.</summary>
    public string? OriginalSender { get; init; }

    /// <summary>Whether the envelope sender is known to be empty, as in reports (RFC 5321 §4.5.5).</summary>
    public bool HasNullSender { get; init; }

    /// <summary>The message's own Message-ID, or null if it has none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The Message-IDs that the message replies to (In-Reply-To, References), the closest first.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The report about mail in our name that the message contains, or null.</summary>
    public SenderReport? SenderReport { get; init; }

    /// <summary>Whether the receiving server says that From: is forged (DMARC, RFC 8601).</summary>
    public bool IsForged { get; init; }

    /// <summary>Whether Dispatch forwarded the message itself.</summary>
    public bool IsForwarded { get; init; }
}

/// <summary>What kind of message came back.</summary>
public enum IncomingNature
{
    /// <summary>A report on delivery: failed, delayed or successful, for each recipient.</summary>
    DeliveryReport,

    /// <summary>A reader's complaint, forwarded by the provider (RFC 5965).</summary>
    Complaint,

    /// <summary>A program's answer: out of office, a ticket, a challenge.</summary>
    AutoReply,

    /// <summary>A report that needs no reaction: a read receipt, "not spam", a report on authentication.</summary>
    Notice,

    /// <summary>A report about mail in our name: DMARC (RFC 9990) or TLS (RFC 8460).</summary>
    SenderReport,

    /// <summary>A message that can't be read within the bounds on time and memory.</summary>
    Unreadable,

    /// <summary>A person's letter, or junk.</summary>
    Letter,
}

/// <summary>What a report says about one recipient.</summary>
/// <param name="Address">The recipient's address as given to our relay, or null if the report names none.</param>
/// <param name="Action">What became of the message.</param>
/// <param name="Status">The enhanced status code of the Status field, such as 5.1.1, or null.</param>
/// <param name="Diagnostic">The remote server's words and codes, or an empty string.</param>
/// <param name="Words">The prose about this recipient, or an empty string.</param>
/// <param name="Part">The part of the message that this was read from, for display.</param>
public sealed record ReportedRecipient(
    string? Address, RecipientAction Action, string? Status, string Diagnostic, string Words, string Part)
{
    /// <summary>The report's subject. It may give the reason, or repeat the subject of our message.</summary>
    public string Title { get; init; } = "";
}

/// <summary>RFC 3464 §2.3.3.</summary>
public enum RecipientAction
{
    Failed,
    Delayed,
    Delivered,
}

/// <summary>The fields of our returned message that reveal whose it was.</summary>
/// <param name="MessageId">The Message-ID without angle brackets, or null.</param>
/// <param name="ReturnPath">The envelope sender that we used, or null.</param>
/// <param name="To">The only recipient in To, or null.</param>
/// <param name="ListUnsubscribe">The value of List-Unsubscribe, or null.</param>
/// <param name="FeedbackId">The value of CFBL-Feedback-ID (RFC 9477), or null.</param>
public sealed record ReturnedHeader(string? MessageId, string? ReturnPath, string? To, string? ListUnsubscribe, string? FeedbackId);
