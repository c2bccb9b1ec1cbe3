using System.Text.RegularExpressions;
using MimeKit;

namespace Dispatch.Worker.Bounces.Reports.Kinds;

/// <summary>Reads reports in prose, and tells whether a mail system wrote them.</summary>
internal static partial class ProseReportReader
{
    /// <summary>Whether a folded subject is that of a reply, as people's mail programs write it.</summary>
    public static bool IsReply(string subject) => ReplySubject().IsMatch(subject);

    /// <summary>
    /// Whether a disposition notification refuses the message. A mail filter that rejects a message for its user may say so in one (RFC
    /// 5429 §2.2).
    /// </summary>
    public static bool IsRefusal(string disposition, Prose prose) =>
        Refused().IsMatch(disposition) && Phrases.Failed.IsMatch(Folded.Of(ReportText.Limited(prose.Text)));

    /// <summary>Returns why prose counts as a report, or null if it doesn't.</summary>
    public static string? Evidence(HeaderList header, Prose prose, bool isReport, bool isAuto)
    {
        if (isReport)
            return "a multipart/report";
        if (Origins.Value(header, "X-Failed-Recipients") is not null)
            return "its header names failed recipients";
        var subject = Folded.Of(Origins.Value(header, "Subject") ?? "");
        var text = Folded.Of(ReportText.Limited(Unquoted(prose)));
        var (system, nobody) = (Origins.IsMailSystem(header), Origins.HasNullSender(header));
        var (titled, says) = (Phrases.ReportSubject.IsMatch(subject) || Phrases.Failed.IsMatch(subject), Phrases.Failed.IsMatch(text)
            || Verdicts.TextRules.BuiltIn.Speaks(text));
        var away = !titled && (Phrases.AutoReplyTitle.IsMatch(subject) || Phrases.AutoReplySubject.IsMatch(subject));
        if (system && (titled || (says && !Origins.IsSignedByPerson(header))) && !away)
            return "a mail system wrote it";
        if (isAuto || away)
            return null;
        // Gateways use sender names of their own. A person's reply has a subject that begins with "Re:".
        if (ReplySubject().IsMatch(subject) && !nobody && !RefusedReply().IsMatch(subject))
            return null;
        if (titled && says && nobody)
            return "an empty envelope sender, and its words say so";
        // A person who writes about a failure has a name and mentions addresses in sentences.
        if (titled && says && !Origins.HasName(header) && Origins.Value(header, "In-Reply-To") is null
            && FailedAddresses.AreSure(prose.Lines, Origins.Ends(header)))
            return "its subject and its words say so";
        return nobody && says && Origins.Value(header, "In-Reply-To") is null && !Phrases.AutoReplyText.IsMatch(text)
            ? "an empty envelope sender, and its words say so" : null;
    }

    private static string Unquoted(Prose prose) =>
        string.Join('\n', prose.Lines.Where(line => !line.StartsWith('>') || line.IndexOf('@', StringComparison.Ordinal) is > 0 and < 40));

    /// <summary>Reads a report in prose.</summary>
    /// <param name="parts">The message.</param>
    /// <param name="prose">The message's text.</param>
    /// <param name="returned">The header of the returned message, or null.</param>
    /// <param name="why">Why the message counts as a report.</param>
    public static IncomingMail Read(MailParts parts, Prose prose, ReturnedHeader? returned, string why)
    {
        var folded = Folded.Of(ReportText.Limited(ReportText.Spoken(prose)));
        var subject = Folded.Of(Origins.Value(parts.Message.Headers, "Subject") ?? "");
        var tries = (Phrases.StillTrying.IsMatch(folded) || Phrases.StillTrying.IsMatch(OwnSubject(subject)))
            && !Phrases.GaveUp.IsMatch(folded);
        var action = tries ? RecipientAction.Delayed : RecipientAction.Failed;
        var found = ReportText.Failed(parts, prose);
        if (found.Count == 0)
        {
            var to = returned?.To is { } only && !MailAddresses.IsRedacted(only) ? only : null;
            return new(IncomingNature.DeliveryReport,
                [
                    new(to, action, null, "", ReportText.Limited(ReportText.Spoken(prose)),
                        to is null ? "text" : "text, and To of the returned message") { Title = subject },
                ],
                why);
        }
        var starts = found.Select(one => one.Line).ToHashSet();
        return new(IncomingNature.DeliveryReport, [.. found.Select(one => new ReportedRecipient(
            one.Address, action, null, "",
            found.Count == 1 ? ReportText.Limited(ReportText.Spoken(prose)) : SectionOf(prose, one.Line, starts), "text")
        {
            Title = subject,
        })], why);
    }

    // "Undeliverable: The train is delayed" repeats the subject of our message.
    private static string OwnSubject(string subject) =>
        subject.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && Phrases.Failed.IsMatch(subject[..colon])
            ? subject[..colon] : subject;

    // If there are several recipients, each has its own lines. If these give no reason, one reason is given for all.
    private static string SectionOf(Prose prose, int begin, HashSet<int> starts)
    {
        var at = begin;
        var section = ReportText.Section(prose.Lines, begin, _ => starts.Contains(++at));
        return Verdicts.Codes.FirstIn(section) is not null || Verdicts.TextRules.BuiltIn.Speaks(Folded.Of(section)) ? section
            : ReportText.Limited(ReportText.Spoken(prose));
    }

    [GeneratedRegex(@"deleted|denied|failed|refused", RegexOptions.IgnoreCase)]
    private static partial Regex Refused();

    [GeneratedRegex(@"^(re|aw|sv|antw|odp|ynt|rif|ref|vs|回复|答复|回覆)\s?(\[\d+\])?\s?[:：]")]
    private static partial Regex ReplySubject();

    [GeneratedRegex(@": ?(non remis|undeliver|not delivered|nicht zugestellt|unzustellbar)")]
    private static partial Regex RefusedReply();
}
