using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// Finds out from prose which addresses a mail system could not deliver to. Three kinds of places are tried until one yields an address:
/// <list type="number">
/// <item>where mail systems put nothing else: as <c>&lt;ana@example.org&gt;:</c> at the start of a line, after a label such as "Failed
/// recipient:", alone on a line below a sentence about failure, or in a RCPT command that was refused;</item>
/// <item>within a sentence about failure;</item>
/// <item>anywhere, if there is only one.</item>
/// </list>
/// The addresses of the mail system itself, of the report's recipient and of contacts are ignored.
/// </summary>
internal sealed partial class FailedAddresses
{
    private const int Most = 100;

    /// <summary>How many lines below a sentence about failure a list of addresses may begin.</summary>
    private const int ListBelow = 8;

    /// <summary>How many lines with addresses are examined, and how many characters of each.</summary>
    private const int MostLines = 150, MostLetters = 200;

    private readonly IReadOnlyList<string> lines;
    private readonly HashSet<string> others;
    private readonly List<Found> sure = [], likely = [], any = [];
    private int lastSure = int.MinValue / 2;

    private FailedAddresses(IReadOnlyList<string> lines, IEnumerable<string> others) =>
        (this.lines, this.others) = (lines, new(others, StringComparer.OrdinalIgnoreCase));

    /// <param name="Address">The address.</param>
    /// <param name="Line">The address's line.</param>
    public sealed record Found(string Address, int Line);

    /// <summary>Returns the addresses, each once, in the order of the text.</summary>
    /// <param name="lines">The report's lines, without the returned message.</param>
    /// <param name="others">The report's sender and recipients, which can't have failed.</param>
    /// <param name="host">The domain of the report's sender, used to complete a bare user name. Null if unknown.</param>
    public static IReadOnlyList<Found> In(IReadOnlyList<string> lines, IEnumerable<string> others, string? host)
    {
        var search = new FailedAddresses(lines, others);
        search.Run();
        if (search.any.Count == 0)
        {
            // The report came to the very address that failed, as when somebody writes to themselves.
            search = new FailedAddresses(lines, []);
            search.Run();
            search.any.Clear();
        }
        var found = search.sure.Count > 0 ? search.sure : search.likely.Count > 0 ? search.likely
            : search.any.DistinctBy(one => one.Address.ToUpperInvariant()).Count() == 1 ? search.any
            : host is not null ? search.Bare(host) : [];
        return [.. found.DistinctBy(one => one.Address.ToUpperInvariant()).Take(Most)];
    }

    /// <summary>Whether an address is where mail systems put nothing else.</summary>
    public static bool AreSure(IReadOnlyList<string> lines, IEnumerable<string> others)
    {
        var search = new FailedAddresses(lines, others);
        search.Run();
        return search.sure.Count > 0;
    }

    // Only the surroundings of addresses are searched for the phrases, since these are many and a text may be long.
    private void Run()
    {
        var (paragraph, said, withAddress) = (0, 0, 0);
        for (var at = 0; at < lines.Count && withAddress < MostLines; at++)
        {
            var line = lines[at];
            if (line.Length == 0)
            {
                paragraph = at + 1;
                continue;
            }
            said++;
            if (!line.Contains('@'))
                continue;
            withAddress++;
            var fails = ServersReply().IsMatch(line) || Phrases.Failed.IsMatch(Folded.Of(Joined(Math.Max(paragraph, at - ListBelow), at)));
            var follows = fails || said - lastSure <= ListBelow || Phrases.Failed.IsMatch(Folded.Of(Joined(Above(at), at)));
            foreach (var (address, index, length) in MailAddresses.All(line))
                if (Sort(new(address, at), line, index, length, fails, follows))
                    lastSure = said;
        }
    }

    private string Joined(int from, int to) => string.Join('\n', lines.Skip(from).Take(to - from + 1)
        .Select(line => line.Length > MostLetters ? line[..MostLetters] : line));

    // Returns the line above this one, at a distance counted without blank lines.
    private int Above(int at)
    {
        for (var left = ListBelow; left > 0 && at > 0; at--)
            if (lines[at - 1].Length > 0)
                left--;
        return at;
    }

    // Returns whether the address certainly failed.
    private bool Sort(Found one, string line, int index, int length, bool fails, bool follows)
    {
        var (before, after) = (line[..index], line[(index + length)..]);
        var folded = Folded.Of(before.Length > MostLetters ? before[^MostLetters..] : before);
        var isExpanded = Expanded().IsMatch(folded);
        if (!isExpanded && IsOther(one.Address, before))
            return false;
        var head = HeadOfLine().IsMatch(before);
        var isSure = RcptCommand().IsMatch(before) ? IsRefused(one.Line)
            : (head && (after.StartsWith(">:", StringComparison.Ordinal) || OnlyColon().IsMatch(after)))
                || Label.IsMatch(folded) || isExpanded || (follows && head && EndOfEntry().IsMatch(after));
        if (isSure)
            sure.Add(one);
        else if (fails)
            likely.Add(one);
        any.Add(one);
        return isSure;
    }

    private bool IsOther(string address, string before) =>
        others.Contains(address) || MailAddresses.IsRedacted(address) || OfMailSystem().IsMatch(address)
        || Contact().IsMatch(Folded.Of(before.Length > 60 ? before[^60..] : before));

    // The reply follows the command on the next lines of the transcript.
    private bool IsRefused(int at)
    {
        for (var next = at; next < Math.Min(lines.Count, at + 4); next++)
            if (next > at && ReplyLine().Match(lines[next]) is { Success: true } reply)
                return reply.Groups[1].Value[0] is '4' or '5';
        return true;
    }

    // A user name alone on a line, below a sentence about failure: some mail systems omit their own domain.
    private List<Found> Bare(string host)
    {
        for (var at = 1; at < Math.Min(lines.Count, 60); at++)
            if (BareName().Match(lines[at].Trim()) is { Success: true } name
                && Phrases.Failed.IsMatch(Folded.Of(Joined(Math.Max(0, at - 3), at - 1))))
                return [new($"{name.Groups[1].Value}@{host}", at)];
        return [];
    }

    [GeneratedRegex(@"rcpt\s+to\s*:?\s*<?$", RegexOptions.IgnoreCase)]
    private static partial Regex RcptCommand();

    [GeneratedRegex("""^[\s>*•·+\-"'“„\[(<|:]*(?:\[?SMTP:|mailto:)?[<"'\[]?$""", RegexOptions.IgnoreCase)]
    private static partial Regex HeadOfLine();

    [GeneratedRegex(@"^>?\s*:\s*$")]
    private static partial Regex OnlyColon();

    [GeneratedRegex("""^[>"'”\]);,.]*\s*(?:$|<|\(|;|:|\.\.\.|-|on (?:mon|tue|wed|thu|fri|sat|sun)|\[|for\b|<mailto)""",
        RegexOptions.IgnoreCase)]
    private static partial Regex EndOfEntry();

    private static readonly Regex Label = new(
        "(?:(?:failed|intended|final|original|undeliverable|unknown|invalid|affected|bad|rejected|actual) (?:final )?(?:delivery "
            + ")?(?:recipients?"
        + "|address(?:es)?|user|userid|to)|recipient(?: address)?|error-for|undeliver(?:able|ed)(?: mail| message)?(?: to)?|[0-9]+ attempts"
        + "|deliver(?:ed|y|able)?(?: of (?:the|your) (?:message|mail|e-?mail))? to(?: the)?(?: following)?(?: recipients?| address(?:es)?)?"
        + "|mailbox|addressed to|reach the following recipient|destinataire|empfanger|destinatari[oa]?|odbiorca|adresat|получатель|адресат"
        + "|收件人|宛先|ontvanger|mottagare|modtager|vastaanottaja|prijemce|alici) ?[:=]? ?[\\[\"'<(]*(?:smtp[:=])?$|[;:\\[ ]smtp[:=]$",
        RegexOptions.CultureInvariant, MatchTimeout.Longest);

    [GeneratedRegex(@"\((?:expanded|generated|originally addressed|was addressed|forwarded|aliased|redirected)[ a-z]*:? ?<?$")]
    private static partial Regex Expanded();

    [GeneratedRegex(@"(?:contact|e-?mail us at|write to|send mail to|assistance|questions|complaints?|sent (?:by|from)|from|sender|"
        + @"reply(?:-| )to|"
        + @"message-id|references|in-reply-to|mailto|kontakt|contactez|contacte|mail from|help|support|by way of|cc|postmaster|list|"
        + @"system contact)\W{0,4}$")]
    private static partial Regex Contact();

    [GeneratedRegex(@"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon|abuse|no-?reply)(?:@|\+)", RegexOptions.IgnoreCase)]
    private static partial Regex OfMailSystem();

    [GeneratedRegex(@"^\s*(?:<<<|Received >>>|>>>|<-|->|S:|\[.*\])?\s*([245])\d\d[\s-]")]
    private static partial Regex ReplyLine();

    [GeneratedRegex(@"^\W*[45]\d\d[ -]")]
    private static partial Regex ServersReply();

    [GeneratedRegex(@"^<?([A-Za-z0-9][A-Za-z0-9._+-]{0,62}[A-Za-z0-9])>?(?:\s{2,}\S.*)?$")]
    private static partial Regex BareName();
}
