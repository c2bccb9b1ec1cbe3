using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// The prose of a report, split where the returned message begins. Mail systems mark that place with a line of their own, or just continue
/// with the message's header.
/// </summary>
internal sealed partial class Prose
{
    private const int MostLines = 600;

    private Prose(IReadOnlyList<string> lines, string rest) => (Lines, Rest) = (lines, rest);

    /// <summary>The lines about the delivery.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The lines of the returned message, or an empty string.</summary>
    public string Rest { get; }

    public string Text => string.Join('\n', Lines);

    public static Prose Of(string text)
    {
        var lines = new List<string>();
        var rest = new StringBuilder();
        var said = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var one = line.TrimEnd().ToString();
            if (rest.Length > 0 || (said > 0 && IsEnd(one)) || lines.Count >= MostLines)
                rest.Append(one).Append('\n');
            else
            {
                lines.Add(one.Length > 2000 ? one[..2000] : one);
                if (one.Length > 0)
                    said++;
            }
        }
        return new(lines, rest.ToString());
    }

    /// <summary>The header of a message returned within the text, as bytes for a header parser.</summary>
    public byte[] ReturnedHeader()
    {
        var from = HeaderLine().Match(Rest);
        return from.Success ? Encoding.UTF8.GetBytes(Unquoted().Replace(Rest[from.Index..Math.Min(Rest.Length, from.Index + 32768)],
            "")) : [];
    }

    private static bool IsEnd(string line)
    {
        if (ReceivedLine().IsMatch(line))
            return true;
        if (line.Length is < 8 or > 160)
            return false;
        var folded = Folded.Of(line);
        // Either the words are between dashes, or they end a short line.
        return (folded.Length <= 100 || Framed().IsMatch(folded)) && Phrases.ReturnedMessage.IsMatch(folded)
            && !NotYet().IsMatch(folded);
    }

    [GeneratedRegex(@"^(?:>\s?)*(?:Return-Path|Received):\s")]
    private static partial Regex ReceivedLine();

    [GeneratedRegex(@"^(?:>[ ]?)?(?:Return-Path|Received|Message-ID|From|To|Subject|Date|Delivered-To|DKIM-Signature|X-[A-Za-z-]+):\s",
        RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex HeaderLine();

    [GeneratedRegex("^>[ ]?", RegexOptions.Multiline)]
    private static partial Regex Unquoted();

    [GeneratedRegex(@"^\W*[-=*_|#~+]{2,}")]
    private static partial Regex Framed();

    // Phrases about a message that has not been delivered, which come before the recipients.
    [GeneratedRegex("(could|can|was|did|has|is)( ?not|n't)|failed|fail:|unable|relates to|transcript|was received|recipient|address|"
        + "please do not "
        + "resend")]
    private static partial Regex NotYet();

}
