using System.Text.RegularExpressions;
using Dispatch.Worker.Bounces.Reports.Kinds;
using Dispatch.Worker.Bounces.SenderReports;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// Reads a message that came back, in this order:
/// <list type="number">
/// <item>a feedback report (RFC 5965), or what providers send instead, is a complaint unless it says otherwise;</item>
/// <item>a delivery status (RFC 3464, 6533) describes each recipient;</item>
/// <item>if a header names failed recipients (Exim) or a mail system wrote prose, the text is searched for addresses;</item>
/// <item>an automatic answer is recognized by its header (RFC 3834), its subject or its text;</item>
/// <item>anything else is a letter.</item>
/// </list>
/// Prose counts as a report only if a mail system wrote it. A person who quotes a report has not sent one.
/// </summary>
public static class ReportReader
{
    static ReportReader() => System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

    /// <summary>Reads a message. Never throws because of its content. Time and memory are bounded.</summary>
    /// <param name="bytes">The message as it was received.</param>
    public static IncomingMail Read(byte[] bytes)
    {
        try
        {
            var parts = MailParts.Read(bytes).Unwrapped();
            var header = parts.Message.Headers;
            var prose = Prose.Of(parts.Text);
            var returned = Returned(parts.Returned ?? MailParts.HeaderOf(prose.ReturnedHeader()));
            return Sort(parts, prose, returned) with
            {
                DeliveredTo = Origins.DeliveredTo(header),
                Returned = returned,
                From = MailAddresses.First(Origins.Value(header, "From") ?? ""),
                Subject = Origins.Value(header, "Subject") ?? "",
                Text = prose.Text,
                HasNullSender = Origins.HasNullSender(header),
                MessageId = Origins.Value(header, "Message-ID")?.Trim('<', '>', ' '),
                Answers = Origins.Answers(header),
                IsForged = Origins.IsForged(header),
                IsForwarded = Origins.Value(header, "X-Dispatch-Forwarded") is not null,
            };
        }
        catch (RegexMatchTimeoutException)
        {
            return new(IncomingNature.Unreadable, [], "it takes too long to read");
        }
    }

    private static IncomingMail Sort(MailParts parts, Prose prose, ReturnedHeader? returned)
    {
        if (parts.FeedbackReport is { } feedback)
            return ComplaintReader.Feedback(feedback, parts, returned);
        if (parts.Attachment is { } attachment && SenderReportReader.Read(attachment) is { } aboutUs)
            return new(IncomingNature.SenderReport, [], $"a report on {aboutUs.Kind.ToString().ToUpperInvariant()}")
            {
                SenderReport =
                aboutUs
            };
        if (ComplaintReader.OfProvider(parts, returned) is { } complaint)
            return complaint;
        var header = parts.Message.Headers;
        var isReport = StatusReportReader.IsReportType(parts.Message.Body)
            || (parts.DeliveryStatus is not null && !Origins.IsByPerson(header));
        if (isReport && StatusReportReader.Read(parts, prose, returned) is { } report)
            return report;
        if (parts.Disposition is { } disposition && !ProseReportReader.IsRefusal(disposition, prose))
            return new(IncomingNature.Notice, [], "a read receipt (RFC 8098)");
        var mark = Origins.AutoReplyMark(header);
        var evidence = ProseReportReader.Evidence(header, prose, isReport || parts.Disposition is not null, mark is not null);
        if (evidence is not null)
            return ProseReportReader.Read(parts, prose, returned, evidence);
        if (mark is not null)
            return new(IncomingNature.AutoReply, [], $"its header says so ({mark})");
        var subject = Folded.Of(Origins.Value(header, "Subject") ?? "");
        if (Phrases.AutoReplyTitle.IsMatch(subject) && !ProseReportReader.IsReply(subject))
            return new(IncomingNature.AutoReply, [], "its subject says so");
        var says = Phrases.AutoReplyText.IsMatch(Folded.Of(ReportText.Limited(prose.Text)));
        var titled = Phrases.AutoReplySubject.IsMatch(subject);
        return (titled && says) || (Origins.HasNullSender(header) && (titled || says))
            ? new(IncomingNature.AutoReply, [], titled ? "its subject and its words or envelope sender say so"
                : "an empty envelope sender, and its words say so")
            : new(IncomingNature.Letter, [], "nothing in it is by a mail system");
    }

    private static ReturnedHeader? Returned(HeaderList? header)
    {
        if (header is null)
            return null;
        var to = MailAddresses.All(Origins.Value(header, "To") ?? "").Select(one => one.Address).Take(2).ToList();
        return new(
            Origins.Value(header, "Message-ID")?.Trim('<', '>', ' '), MailAddresses.First(Origins.Value(header, "Return-Path") ?? ""),
            to.Count == 1 && Origins.Value(header, "List-Post") is null ? to[0] : null, Origins.Value(header, "List-Unsubscribe"),
            Origins.Value(header, "CFBL-Feedback-ID"));
    }
}
