using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports.Kinds;

/// <summary>Reads complaints: feedback reports (RFC 5965), and what providers send instead.</summary>
internal static partial class ComplaintReader
{
    /// <summary>
    /// Reads a feedback report. According to RFC 5965 §7.3 and its registry, "not-spam" withdraws a complaint, while "auth-failure" (RFC
    /// 6591) and "dmarc" are about authentication.
    /// </summary>
    public static IncomingMail Feedback(string feedback, MailParts parts, ReturnedHeader? returned)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in StatusFields.Read(feedback).SelectMany(group => group))
            fields.TryAdd(name, value);
        var type = Comment().Replace(fields.GetValueOrDefault("Feedback-Type") ?? "abuse", "").Trim().ToLowerInvariant();
        var who = FirstKnown(
            StatusFields.Mailbox(fields.GetValueOrDefault("Original-Rcpt-To")), StatusFields.Mailbox(fields
                .GetValueOrDefault("Removal-Recipient")),
            StatusFields.Mailbox(fields.GetValueOrDefault("X-Original-Rcpt-To")), HotmailRecipient(parts), returned?.To);
        if (type is "not-spam" or "auth-failure" or "dmarc" or "dkim")
            return new(IncomingNature.Notice, [new(who, RecipientAction.Delivered, null, "", "", "feedback report")],
                $"a feedback report of the type {type}")
            { FeedbackType = type };
        var known = type is "abuse" or "fraud" or "virus" or "opt-out" or "opt-out-list" or "other" or "miscategorized";
        return Complaint(who, $"a feedback report (RFC 5965) of the type {(known ? type : "that it names")}", known ? type : "other") with
        {
            OriginalSender = MailAddresses.First(fields.GetValueOrDefault("Original-Mail-From") ?? ""),
        };
    }

    /// <summary>
    /// Reads what providers send instead of a feedback report, or returns null. Microsoft's Junk Mail Reporting Program attaches only the
    /// message and names the recipient in a field of its own. SpamCop quotes the message, without the recipient.
    /// </summary>
    public static IncomingMail? OfProvider(MailParts parts, ReturnedHeader? returned)
    {
        var subject = Folded.Of(Origins.Value(parts.Message.Headers, "Subject") ?? "");
        if (SpamCopSubject().IsMatch(subject))
            return Complaint(FirstKnown(returned?.To), "a report of SpamCop", "abuse");
        if (parts.DeliveryStatus is not null || !parts.HasAttachedMessage)
            return null;
        if (HotmailRecipient(parts) is { } reader)
            return Complaint(reader, "a report of Microsoft's Junk Mail Reporting Program", "abuse");
        return ComplaintSubject().IsMatch(subject) && !Phrases.Failed.IsMatch(Folded.Of(ReportText.Limited(parts.Text)))
            ? Complaint(FirstKnown(returned?.To), "its subject says so, and the message is attached", "abuse") : null;
    }

    private static string? HotmailRecipient(MailParts parts) =>
        FirstKnown(Of(parts.Message.Headers), parts.Returned is { } returned ? Of(returned) : null);

    private static string? Of(HeaderList header) =>
        Origins.Value(header, "X-HmXmrOriginalRecipient") is { } value ? MailAddresses.First(value) : null;

    private static IncomingMail Complaint(string? who, string why, string type) => new(IncomingNature.Complaint,
        [new(who, RecipientAction.Failed, null, "", "", "feedback report")], why)
    { FeedbackType = type };

    private static string? FirstKnown(params string?[] addresses) =>
        addresses.FirstOrDefault(address => address is not null && !MailAddresses.IsRedacted(address));

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex Comment();

    [GeneratedRegex(@"^\[spamcop (\([\da-f.:]+\) )?id: ?\d+\]")]
    private static partial Regex SpamCopSubject();

    [GeneratedRegex(@"complaint (about|regarding|for) (a )?(message|mail|e-?mail)|(abuse|spam) (report|complaint|notification)|"
        + @"^\[?(spam|junk) report")]
    private static partial Regex ComplaintSubject();
}
