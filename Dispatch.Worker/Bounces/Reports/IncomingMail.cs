using Dispatch.Worker.Bounces.SenderReports;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>A message that came back to us, reduced to what a verdict needs.</summary>
/// <param name="Nature">What kind of message it is.</param>
/// <param name="Recipients">The recipients that the message reports about, in its order. Empty if it names nobody.</param>
/// <param name="Why">How the nature was recognised, for people: fixed words without any of the message's own text.</param>
public sealed record IncomingMail(IncomingNature Nature, IReadOnlyList<ReportedRecipient> Recipients, string Why)
{
    /// <summary>The addresses that the message was delivered to, such as <c>bounces+TOKEN@host</c>. The best source first.</summary>
    public IReadOnlyList<string> DeliveredTo { get; init; } = [];

    /// <summary>The header of our message that was returned, or null if none was.</summary>
    public ReturnedHeader? Returned { get; init; }

    /// <summary>The mailbox in From, or null if the message has none.</summary>
    public string? From { get; init; }

    /// <summary>The decoded subject, or an empty text.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The text that a person would read, without quoted and returned messages.</summary>
    public string Text { get; init; } = "";

    /// <summary>For a complaint: the Feedback-Type (RFC 5965 §3.1), such as <c>abuse</c>.</summary>
    public string? FeedbackType { get; init; }

    /// <summary>For a complaint: the envelope sender of our message (Original-Mail-From), or null.</summary>
    public string? OriginalSender { get; init; }

    /// <summary>Whether the envelope sender is known to be empty, as in reports (RFC 5321 §4.5.5).</summary>
    public bool HasNullSender { get; init; }

    /// <summary>The message's own Message-ID, or null if it has none.</summary>
    public string? MessageId { get; init; }

    /// <summary>The Message-IDs that the message answers (In-Reply-To, References), the nearest first.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>The report about mail in our name, or null if the message is none.</summary>
    public SenderReport? SenderReport { get; init; }

    /// <summary>Whether the server that received the message says that its From: is forged (DMARC, RFC 8601).</summary>
    public bool IsForged { get; init; }

    /// <summary>Whether Dispatch forwarded the message itself.</summary>
    public bool IsForwarded { get; init; }
}

/// <summary>What kind of message came back.</summary>
public enum IncomingNature
{
    /// <summary>A message that reports on delivery: failed, delayed or done, for each recipient.</summary>
    DeliveryReport,

    /// <summary>A reader's complaint, passed on by the provider (RFC 5965).</summary>
    Complaint,

    /// <summary>An answer by a program: out of office, a ticket, a challenge.</summary>
    AutoReply,

    /// <summary>A report that asks for nothing: a read receipt, "not spam", a report on authentication.</summary>
    Notice,

    /// <summary>A report about mail in our name: DMARC (RFC 9990) or TLS (RFC 8460).</summary>
    SenderReport,

    /// <summary>Nothing that can be read with bounded work.</summary>
    Unreadable,

    /// <summary>A letter by a person, or junk.</summary>
    Letter,
}

/// <summary>What a report says of one recipient.</summary>
/// <param name="Address">The recipient's address in the form given to our relay, or null if the report names none.</param>
/// <param name="Action">What became of the message.</param>
/// <param name="Status">The enhanced status code of the Status field, such as 5.1.1, or null.</param>
/// <param name="Diagnostic">The remote server's words with their codes, or an empty text.</param>
/// <param name="Words">The prose about this recipient, or an empty text.</param>
/// <param name="Part">The part of the message that this was read from, for people.</param>
public sealed record ReportedRecipient(
    string? Address, RecipientAction Action, string? Status, string Diagnostic, string Words, string Part)
{
    /// <summary>The report's subject, which may give the reason, or repeat the subject of our message.</summary>
    public string Title { get; init; } = "";
}

/// <summary>RFC 3464 §2.3.3.</summary>
public enum RecipientAction
{
    Failed,
    Delayed,
    Delivered,
}

/// <summary>The fields of our returned message that tell whose it was.</summary>
/// <param name="MessageId">The Message-ID without angle brackets, or null.</param>
/// <param name="ReturnPath">The envelope sender that we gave it, or null.</param>
/// <param name="To">The only recipient in To, or null.</param>
/// <param name="ListUnsubscribe">The value of List-Unsubscribe, or null.</param>
/// <param name="FeedbackId">The value of CFBL-Feedback-ID (RFC 9477), or null.</param>
public sealed record ReturnedHeader(string? MessageId, string? ReturnPath, string? To, string? ListUnsubscribe, string? FeedbackId);
