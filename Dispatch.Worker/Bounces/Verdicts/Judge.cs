using System.Text.RegularExpressions;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Bounces.Reports.Kinds;

namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>
/// Decides what a bounce message means for a recipient. The most specific evidence wins:
/// <list type="number">
/// <item>a text rule that overrides codes, for phrases that servers send with the wrong code;</item>
/// <item>a specific enhanced code, preferably the server's own, otherwise that of the Status field;</item>
/// <item>any other text rule, first on the server's own words, then on the rest of the report;</item>
/// <item>the reply code, if the enhanced code is missing or says nothing (such as X.0.0); then a vague enhanced code;</item>
/// <item>a text rule that matches the report's subject;</item>
/// <item>otherwise the verdict is soft, since no address is given up without a reason.</item>
/// </list>
/// A temporary code (4.x.x) in a failure report means that the server gave up trying. Such a verdict is never hard.
/// </summary>
public sealed partial class Judge(TextRules rules)
{
    /// <summary>How much of a report's text after a code counts as the server's own words.</summary>
    private const int ServersWords = 500;

    private static readonly Verdict Gone = new(BounceKind.None, null, "the message was delivered", "action");
    private static readonly Verdict Waits = new(BounceKind.None, null, "the message is still being tried", "action");

    /// <summary>Returns the verdict on one recipient.</summary>
    /// <param name="mail">The message.</param>
    /// <param name="recipient">One of its recipients.</param>
    public Verdict Of(IncomingMail mail, ReportedRecipient recipient) => mail.Nature switch
    {
        IncomingNature.Complaint => new(BounceKind.Complaint, null, "the reader complained", $"feedback type {mail.FeedbackType}"),
        IncomingNature.AutoReply => new(BounceKind.AutoReply, null, "a program answered", mail.Why),
        IncomingNature.Notice or IncomingNature.SenderReport or IncomingNature.Letter or IncomingNature.Unreadable
            => new(BounceKind.None, null, mail.Why, "none"),
        _ => recipient.Action switch
        {
            RecipientAction.Delivered => Gone,
            RecipientAction.Delayed => Waits,
            _ => OfFailure(recipient.Status, recipient.Diagnostic, recipient.Words, recipient.Title),
        },
    };

    /// <summary>Returns the verdict on a message that names no recipient.</summary>
    public Verdict Of(IncomingMail mail) => Of(mail, new(null, RecipientAction.Failed, null, "", "", ""));

    /// <summary>Returns the verdict on a reply in an SMTP conversation.</summary>
    /// <param name="code">The reply code, such as 550.</param>
    /// <param name="enhancedCode">The enhanced code, or null if the server gave none.</param>
    /// <param name="text">The reply's text.</param>
    public Verdict OfReply(int code, string? enhancedCode, string? text) =>
        OfFailure(enhancedCode, $"{code} {enhancedCode} {text}", "");

    /// <summary>Returns the verdict on a failure.</summary>
    /// <param name="status">The enhanced code of the Status field, or null.</param>
    /// <param name="diagnostic">The remote server's words, with their codes.</param>
    /// <param name="words">The prose of the report.</param>
    /// <param name="title">The report's subject, which counts if nothing else does.</param>
    public Verdict OfFailure(string? status, string diagnostic, string words, string title = "")
    {
        // In prose the server's words begin at their code.
        var said = Codes.FirstIn(diagnostic) is null && status is null && CodeIn(words) is { } at
            ? $"{diagnostic} {words[at..Math.Min(words.Length, at + ServersWords)]}" : diagnostic;
        var codes = Codes.EnhancedIn(said).ToList();
        if (status is not null && !codes.Contains(status))
            codes.Add(status);
        if (codes.Count == 0)
            codes.AddRange(Codes.EnhancedIn(words));
        var rows = codes.Select(code => (Code: code, Row: EnhancedCodes.Find(code))).Where(one => one.Row is not null).ToList();
        var (best, row) = rows.Find(one => !one.Row!.IsVague);
        var (vague, vagueRow) = rows.Find(one => one.Row!.IsVague && !one.Code.EndsWith(".0.0", StringComparison.Ordinal));
        if (vagueRow is null)
            (vague, vagueRow) = rows.FirstOrDefault();
        var reply = Codes.ReplyIn(said) ?? Codes.ReplyIn(words);
        var isTemporary = codes.Count > 0 ? codes.TrueForAll(code => code[0] == '4' || code.EndsWith(".0.0", StringComparison.Ordinal))
            && codes.Exists(code => code[0] == '4') : reply is >= 400 and < 500;

        var rule = rules.Find(said);
        if (rule is { GoesFirst: true } && (row is null || row.Kind != rule.Kind))
            return ByRule(rule, best ?? vague);
        if (row is not null)
            return new(row.Kind, best, row.Reason, $"code {best}");
        rule ??= vagueRow is { Kind: BounceKind.Policy } && diagnostic.Length > 20 ? null : rules.Find(words);
        // "Try later" with a policy code is still policy.
        if (rule is not null && !(rule.Kind is BounceKind.Soft && vague?[1..].StartsWith(".7.", StringComparison.Ordinal) is true))
            return ByRule(rule, vague);
        if (reply is { } code && (vagueRow is null || SaysLittle().IsMatch(vague!)))
        {
            // A message that was refused after its content had been sent was refused for its content.
            var (kind, reason) = AfterData().IsMatch(said) && code is 550 or 552 or 554
                ? (BounceKind.Policy, "the message's content is refused") : ReplyCodes.Find(code);
            // 554 alone doesn't say whose fault it is, but X.2.0 does.
            if (kind is BounceKind.Policy && vagueRow is not null && vague is ['5', '.', '2', ..])
                (kind, reason) = (vagueRow.Kind, vagueRow.Reason);
            // 550 may also be a refusal for reasons of policy (RFC 5321 §4.2.3), so the words have to be about the mailbox.
            if (kind is BounceKind.Hard && code is 550 or 551 or 553 && vague is not "5.1.0"
                && !SpeaksOfMailbox(Codes.ReplyIn(said) is null ? words : said))
                (kind, reason) = (BounceKind.Soft, "the server refused the message without a reason that we know");
            return new(Tempered(kind), vague, reason, $"reply {code}");
        }
        if (vagueRow is not null)
            return new(vagueRow.Kind, vague, vagueRow.Reason, $"code {vague}");
        return rules.Find(title) is { } titled ? ByRule(titled, null)
            : new(BounceKind.Soft, null, "the report gives no reason that we know", "none");

        Verdict ByRule(TextRule by, string? code) => new(Tempered(by.Kind), code, by.Reason, $"text: {by.Where}");

        BounceKind Tempered(BounceKind kind) => isTemporary && kind is BounceKind.Hard ? BounceKind.Soft : kind;
    }

    // A code without words means what the RFC says.
    private static bool SpeaksOfMailbox(string words) =>
        !words.Any(char.IsLetter)
        || Phrases.Mailbox.IsMatch(Redacted().Replace(TextRules.Masked(Folded.Of(ReportText.Limited(words))), "@"));

    private static int? CodeIn(string words) => Codes.FirstIn(words) is { } code
        ? Math.Max(0, words.IndexOf(code, StringComparison.Ordinal) - 8) : null;

    // What the ledger keeps of an address (Relays/Replies).
    [GeneratedRegex(@"\((?:address|domain|local part)\)")]
    private static partial Regex Redacted();

    [GeneratedRegex(@"^[45]\.(?:0\.0|5\.0|3\.0|1\.0|2\.0)$")]
    private static partial Regex SaysLittle();

    [GeneratedRegex(@"end of (?:data|message)|\bdata command|after (?:end of )?data|in reply to (?:end of )?data", RegexOptions.IgnoreCase)]
    private static partial Regex AfterData();
}
