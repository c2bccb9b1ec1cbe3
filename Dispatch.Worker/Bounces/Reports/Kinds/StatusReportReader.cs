using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports.Kinds;

/// <summary>Reads reports with a delivery status (RFC 3464, 6533), which describes each recipient separately.</summary>
internal static partial class StatusReportReader
{
    /// <summary>Whether the Content-Type says that the message is a delivery report.</summary>
    public static bool IsReportType(MimeEntity? body) =>
        body?.ContentType is { } type && (type.Parameters["report-type"] is { } named
            ? named.Contains("delivery-status", StringComparison.OrdinalIgnoreCase) : type.IsMimeType("multipart", "report"));

    /// <summary>Reads the recipients of a delivery status. Returns null if it neither names nor describes any.</summary>
    public static IncomingMail? Read(MailParts parts, Prose prose, ReturnedHeader? returned)
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
            var named = ReportText.Failed(parts, prose);
            if (named.Count > 0)
                recipients = [.. named.Select(one => recipients[0] with { Address = one.Address })];
            else if (recipients.Count == 1 && returned?.To is { } only && !MailAddresses.IsRedacted(only))
                recipients = [recipients[0] with { Address = only, Part = "delivery status, and To of the returned message" }];
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
            return ReportText.Limited(ReportText.Spoken(prose));
        var begin = -1;
        for (var at = 0; at < prose.Lines.Count && begin < 0; at++)
            if (prose.Lines[at].Contains(recipient.Address, StringComparison.OrdinalIgnoreCase))
                begin = at;
        return begin < 0 ? "" : ReportText.Section(prose.Lines, begin, line => MailAddresses.First(line) is { } other
            && !other.Equals(recipient.Address, StringComparison.OrdinalIgnoreCase));
    }

    [GeneratedRegex(@"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.]\d)")]
    private static partial Regex Code();

    [GeneratedRegex(@"^\s*[A-Za-z0-9-]{2,20}\s*;\s*")]
    private static partial Regex DiagnosticType();
}
