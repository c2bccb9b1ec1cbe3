using System.Text.RegularExpressions;
using Dispatch.Worker.Bounces.SenderReports;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// Reads a message that came back, in this order:
/// <list type="number">
/// <item>a feedback report (RFC 5965), or what providers send in its place, is a complaint, unless it says otherwise;</item>
/// <item>a delivery status (RFC 3464, 6533) tells its recipients apart;</item>
/// <item>a header that names failed recipients (Exim), or prose by a mail system: the addresses are looked for in the text;</item>
/// <item>an automatic answer, by its header (RFC 3834), its subject or its words;</item>
/// <item>anything else is a letter.</item>
/// </list>
/// Prose counts as a report only if a mail system wrote it. A person who quotes a report has not sent one.
/// </summary>
public static partial class ReportReader
{
    static ReportReader() => System.Text.Encoding.RegisterProvider(System.Text.CodePagesEncodingProvider.Instance);

    /// <summary>Reads a message. Never throws for its content; work and memory are bounded.</summary>
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
            return Feedback(feedback, parts, returned);
        if (parts.Attachment is { } attachment && SenderReportReader.Read(attachment) is { } aboutUs)
            return new(IncomingNature.SenderReport, [], $"a report on {aboutUs.Kind.ToString().ToUpperInvariant()}")
            {
                SenderReport =
                aboutUs
            };
        if (ProvidersComplaint(parts, returned) is { } complaint)
            return complaint;
        var header = parts.Message.Headers;
        var isReport = parts.DeliveryStatus is not null || IsReportType(parts.Message.Body);
        if (isReport && FromStatus(parts, prose) is { } report)
            return report;
        if (parts.Disposition is { } disposition && !IsRefusal(disposition, prose))
            return new(IncomingNature.Notice, [], "a read receipt (RFC 8098)");
        var mark = Origins.AutoReplyMark(header);
        var evidence = Evidence(header, prose, isReport || parts.Disposition is not null, mark is not null);
        if (evidence is not null)
            return FromProse(parts, prose, returned, evidence);
        if (mark is not null)
            return new(IncomingNature.AutoReply, [], $"its header says so ({mark})");
        var subject = Folded.Of(Origins.Value(header, "Subject") ?? "");
        if (Phrases.AutoReplyTitle.IsMatch(subject) && !ReplySubject().IsMatch(subject))
            return new(IncomingNature.AutoReply, [], "its subject says so");
        var (titled, says) = (Phrases.AutoReplySubject.IsMatch(subject), Phrases.AutoReplyText.IsMatch(Folded.Of(Limited(prose.Text))));
        return (titled && says) || (Origins.HasNullSender(header) && (titled || says))
            ? new(IncomingNature.AutoReply, [], titled ? "its subject and its words or envelope sender say so"
                : "an empty envelope sender, and its words say so")
            : new(IncomingNature.Letter, [], "nothing in it is by a mail system");
    }

    // RFC 5965 §7.3 and its registry: not-spam takes a complaint back, auth-failure (RFC 6591) and dmarc are about authentication.
    private static IncomingMail Feedback(string feedback, MailParts parts, ReturnedHeader? returned)
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

    // Microsoft's Junk Mail Reporting Program attaches the message alone, with the recipient in a field of its own.
    private static IncomingMail? ProvidersComplaint(MailParts parts, ReturnedHeader? returned)
    {
        if (parts.DeliveryStatus is not null || !parts.HasAttachedMessage)
            return null;
        if (HotmailRecipient(parts) is { } reader)
            return Complaint(reader, "a report of Microsoft's Junk Mail Reporting Program", "abuse");
        var subject = Folded.Of(Origins.Value(parts.Message.Headers, "Subject") ?? "");
        return ComplaintSubject().IsMatch(subject) && !Phrases.Failed.IsMatch(Folded.Of(Limited(parts.Text)))
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

    private static bool IsReportType(MimeEntity? body) =>
        body?.ContentType is { } type && (type.Parameters["report-type"] is { } named
            ? named.Contains("delivery-status", StringComparison.OrdinalIgnoreCase) : type.IsMimeType("multipart", "report"));

    private static IncomingMail? FromStatus(MailParts parts, Prose prose)
    {
        var recipients = new List<ReportedRecipient>();
        foreach (var group in StatusFields.Read(parts.DeliveryStatus ?? ""))
        {
            if (!group.ContainsKey("Final-Recipient") && !group.ContainsKey("Original-Recipient") && !group.ContainsKey("Action"))
                continue;
            var address = StatusFields.Mailbox(group.GetValueOrDefault("Original-Recipient"))
                ?? StatusFields.Mailbox(group.GetValueOrDefault("Final-Recipient"))
                ?? StatusFields.Mailbox(group.GetValueOrDefault("X-Actual-Recipient"));
            var status = group.GetValueOrDefault("Status") ?? "";
            var code = Code().Match(status) is { Success: true } match ? match.Value : null;
            var diagnostic = DiagnosticType().Replace(group.GetValueOrDefault("Diagnostic-Code") ?? "", "");
            if (code is null || status.Length > code.Length + 2)
                diagnostic = $"{status} {diagnostic}";
            recipients.Add(new(address is not null && MailAddresses.IsRedacted(address) ? null : address,
                ActionOf(group.GetValueOrDefault("Action"), code), code, diagnostic.Trim(), "", "delivery status (RFC 3464)"));
        }
        if (recipients.Count == 0)
            return null;
        if (recipients.TrueForAll(one => one.Address is null) && recipients[0].Action is RecipientAction.Failed)
        {
            var named = Failed(parts, prose);
            if (named.Count > 0)
                recipients = [.. named.Select(one => recipients[0] with { Address = one.Address })];
        }
        recipients = [.. recipients.DistinctBy(one => (one.Address?.ToUpperInvariant(), one.Action, one.Status)).Take(100)];
        return new(IncomingNature.DeliveryReport, [.. recipients.Select(one => one with { Words = WordsAbout(one, recipients.Count,
            prose) })],
            "a delivery status (RFC 3464)");
    }

    private static RecipientAction ActionOf(string? action, string? code)
    {
        var word = Folded.Of(action ?? "");
        return word.StartsWith("delay", StringComparison.Ordinal) ? RecipientAction.Delayed
            : word.StartsWith("deliver", StringComparison.Ordinal) || word.StartsWith("relay", StringComparison.Ordinal)
                || word.StartsWith("expand", StringComparison.Ordinal) ? RecipientAction.Delivered
            : word.Length == 0 && code is ['2', ..] ? RecipientAction.Delivered
            : RecipientAction.Failed;
    }

    private static string WordsAbout(ReportedRecipient recipient, int of, Prose prose)
    {
        if (recipient.Action is not RecipientAction.Failed)
            return "";
        if (of == 1 || recipient.Address is null)
            return Limited(Spoken(prose));
        var begin = -1;
        for (var at = 0; at < prose.Lines.Count && begin < 0; at++)
            if (prose.Lines[at].Contains(recipient.Address, StringComparison.OrdinalIgnoreCase))
                begin = at;
        return begin < 0 ? "" : Section(prose.Lines, begin, line => MailAddresses.First(line) is { } other
            && !other.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase));
    }

    private static string Section(IReadOnlyList<string> lines, int begin, Func<string, bool> ends)
    {
        var end = begin + 1;
        while (end < Math.Min(lines.Count, begin + 15) && !ends(lines[end]))
            end++;
        return Limited(string.Join('\n', lines.Skip(begin).Take(end - begin)));
    }

    private static string Limited(string text) => text.Length > 6000 ? text[..6000] : text;

    // An agent that rejects a message for its user says so in a disposition notification (RFC 5429 §2.2).
    private static bool IsRefusal(string disposition, Prose prose) =>
        Refused().IsMatch(disposition) && Phrases.Failed.IsMatch(Folded.Of(Limited(prose.Text)));

    // Returns why prose counts as a report, or null if it doesn't.
    private static string? Evidence(HeaderList header, Prose prose, bool isReport, bool isAuto)
    {
        if (isReport)
            return "a multipart/report";
        if (Origins.Value(header, "X-Failed-Recipients") is not null)
            return "its header names failed recipients";
        var subject = Folded.Of(Origins.Value(header, "Subject") ?? "");
        var text = Folded.Of(Limited(Unquoted(prose)));
        var (system, nobody) = (Origins.IsMailSystem(header), Origins.HasNullSender(header));
        var (titled, says) = (Phrases.ReportSubject.IsMatch(subject) || Phrases.Failed.IsMatch(subject), Phrases.Failed.IsMatch(text)
            || Verdicts.TextRules.BuiltIn.Speaks(text));
        var away = !titled && (Phrases.AutoReplyTitle.IsMatch(subject) || Phrases.AutoReplySubject.IsMatch(subject));
        if (system && (titled || says) && !away)
            return "a mail system wrote it";
        if (isAuto || away)
            return null;
        // Others' gateways write under names of their own. A reply by a person has a subject that begins with Re:.
        if (ReplySubject().IsMatch(subject) && !nobody && !RefusedReply().IsMatch(subject))
            return null;
        if (titled && says && nobody)
            return "an empty envelope sender, and its words say so";
        // A person who writes about a failure has a name, and puts addresses into sentences.
        if (titled && says && !Origins.HasName(header) && Origins.Value(header, "In-Reply-To") is null
            && FailedAddresses.AreSure(prose.Lines, Origins.Ends(header)))
            return "its subject and its words say so";
        return nobody && says && Origins.Value(header, "In-Reply-To") is null && !Phrases.AutoReplyText.IsMatch(text)
            ? "an empty envelope sender, and its words say so" : null;
    }

    private static string Unquoted(Prose prose) =>
        string.Join('\n', prose.Lines.Where(line => !line.StartsWith('>') || line.IndexOf('@', StringComparison.Ordinal) is > 0 and < 40));

    private static IncomingMail FromProse(MailParts parts, Prose prose, ReturnedHeader? returned, string why)
    {
        var folded = Folded.Of(Limited(prose.Text));
        var subject = Folded.Of(Origins.Value(parts.Message.Headers, "Subject") ?? "");
        var tries = (Phrases.StillTrying.IsMatch(folded) || Phrases.StillTrying.IsMatch(subject)) && !Phrases.GaveUp.IsMatch(folded);
        var action = tries ? RecipientAction.Delayed : RecipientAction.Failed;
        var found = Failed(parts, prose);
        if (found.Count == 0)
        {
            var to = returned?.To is { } only && !MailAddresses.IsRedacted(only) ? only : null;
            return new(IncomingNature.DeliveryReport,
                [new(to, action, null, "", Limited(Spoken(prose)), to is null ? "text" : "text, and To of the returned message") { Title =
                    subject }],
                why);
        }
        var starts = found.Select(one => one.Line).ToHashSet();
        return new(IncomingNature.DeliveryReport, [.. found.Select(one => new ReportedRecipient(
            one.Address, action, null, "", found.Count == 1 ? Limited(Spoken(prose)) : SectionOf(prose, one.Line, starts), "text")
        {
            Title = subject,
        })], why);
    }

    // With several recipients each has its own lines. If these say nothing, the reason is said once for all.
    private static string SectionOf(Prose prose, int begin, HashSet<int> starts)
    {
        var at = begin;
        var section = Section(prose.Lines, begin, _ => starts.Contains(++at));
        return Verdicts.Codes.FirstIn(section) is not null || Verdicts.TextRules.BuiltIn.Speaks(Folded.Of(section)) ? section
            : Limited(Spoken(prose));
    }

    // Without lines that repeat the header of our message, whose subject may say anything.
    private static string Spoken(Prose prose) => string.Join('\n', prose.Lines.Where(line => !Repeated().IsMatch(line)));

    private static IReadOnlyList<FailedAddresses.Found> Failed(MailParts parts, Prose prose)
    {
        var header = parts.Message.Headers;
        if (Origins.Value(header, "X-Failed-Recipients") is { } named
            && MailAddresses.All(named).Select(one => one.Address).Where(one => !MailAddresses.IsRedacted(one))
                .ToList() is { Count: > 0 } failed)
            return [.. failed.Distinct(StringComparer.OrdinalIgnoreCase).Select(one => new FailedAddresses.Found(one,
                Math.Max(0, prose.Lines.ToList().FindIndex(line => line.Contains(one, StringComparison.OrdinalIgnoreCase)))))];
        var from = MailAddresses.First(Origins.Value(header, "From") ?? "");
        var others = Origins.Ends(header);
        var subject = Origins.Value(header, "Subject") ?? "";
        var found = FailedAddresses.In(prose.Lines, others, from?[(from.LastIndexOf('@') + 1)..].ToLowerInvariant());
        return found.Count == 0 && MailAddresses.First(subject) is { } inSubject && !others.Contains(inSubject,
            StringComparer.OrdinalIgnoreCase)
            ? [new(inSubject, 0)] : found;
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

    [GeneratedRegex(@"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]\d)")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s*[A-Za-z0-9-]{2,20}\s*;\s*")]
    private static partial Regex DiagnosticType();

    [GeneratedRegex(@"^\W*(?:Subject|Betreff|Objet|Sujet|Asunto|Oggetto|Assunto|Temat|Onderwerp|Ämne|Emne|Aihe|Předmět|Тема|主题|主旨|件名|"
        + @"제목)\s*[:：]",
        RegexOptions.IgnoreCase)]
    private static partial Regex Repeated();

    [GeneratedRegex(@"\([^()]*\)")]
    private static partial Regex Comment();

    [GeneratedRegex(@"deleted|denied|failed|refused", RegexOptions.IgnoreCase)]
    private static partial Regex Refused();

    [GeneratedRegex(@"complaint (about|regarding|for) (a )?(message|mail|e-?mail)|(abuse|spam) (report|complaint|notification)|"
        + @"^\[?(spam|junk) report")]
    private static partial Regex ComplaintSubject();

    [GeneratedRegex(@"^(re|aw|sv|antw|odp|ynt|rif|ref|vs|回复|答复|回覆)\s?(\[\d+\])?\s?[:：]")]
    private static partial Regex ReplySubject();

    [GeneratedRegex(@": ?(non remis|undeliver|not delivered|nicht zugestellt|unzustellbar)")]
    private static partial Regex RefusedReply();
}
