using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports;

/// <summary>
/// The phrases with which mail systems say in prose what happened to a message, in several languages. They are listed in <c>phrases.txt</c>
/// and matched against <see cref="Folded"/> text.
/// </summary>
internal static class Phrases
{
    private static readonly Dictionary<string, List<string>> Sections = Read();

    /// <summary>A message could not be delivered.</summary>
    public static readonly Regex Failed = Of(nameof(Failed));

    /// <summary>Delivery is delayed, and the mail system is still trying.</summary>
    public static readonly Regex StillTrying = Of(nameof(StillTrying));

    /// <summary>The mail system has given up, whatever else it says about retries.</summary>
    public static readonly Regex GaveUp = Of(nameof(GaveUp));

    /// <summary>A subject that only automatic answers have.</summary>
    public static readonly Regex AutoReplyTitle = Of(nameof(AutoReplyTitle));

    /// <summary>A subject of automatic answers that letters may have too, so the text or the envelope sender has to agree.</summary>
    public static readonly Regex AutoReplySubject = Of(nameof(AutoReplySubject));

    /// <summary>The text of an automatic answer set up by a person, or of a program that answers letters.</summary>
    public static readonly Regex AutoReplyText = Of(nameof(AutoReplyText));

    /// <summary>The subject of a report that follows no standard.</summary>
    public static readonly Regex ReportSubject = Of(nameof(ReportSubject));

    /// <summary>The line at which the returned message begins. It is looked for in each line of each report, so it is compiled.</summary>
    public static readonly Regex ReturnedMessage = Of(nameof(ReturnedMessage), RegexOptions.Compiled);

    /// <summary>A word for the reader's mailbox, or one that says that something doesn't exist.</summary>
    public static readonly Regex Mailbox = Of(nameof(Mailbox));

    /// <summary>A letter asks to be unsubscribed.</summary>
    public static readonly Regex Leaving = Of(nameof(Leaving));

    private static Regex Of(string section, RegexOptions more = RegexOptions.None) => new(
        string.Join('|', Sections[section].Select(pattern => $"(?:{Folded.Pattern(pattern)})")),
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | more, MatchTimeout.Longest);

    private static Dictionary<string, List<string>> Read()
    {
        using var stream = typeof(Phrases).Assembly.GetManifestResourceStream("bounces.phrases.txt")!;
        using var reader = new StreamReader(stream);
        var sections = new Dictionary<string, List<string>>();
        List<string>? section = null;
        while (reader.ReadLine() is { } line)
            if (line is ['[', .. var name, ']'])
                sections.Add(name, section = []);
            else if (line.Length > 0 && line[0] != '#')
                section!.Add(line);
        return sections;
    }
}
