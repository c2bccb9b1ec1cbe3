using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Worker.Bounces.Reports;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>
/// What servers' words say about a recipient, as rules: those of an operator's file, followed by the built-in ones in <c>rules.tsv</c>. The
/// comment at the top of that file explains the format.
/// </summary>
public sealed partial class TextRules
{
    private const int MostText = 8000;

    private readonly IReadOnlyList<TextRule> rules;

    private TextRules(IReadOnlyList<TextRule> rules) => this.rules = rules;

    /// <summary>The built-in rules.</summary>
    public static TextRules BuiltIn { get; } = new(ReadBuiltIn());

    /// <summary>Returns the rules of an operator's file, followed by the built-in ones.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="StartException">The file can't be read, or one of its lines is wrong; the message names the line.</exception>
    public static TextRules WithFile(string path)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path} can't be read: {fault.Message}", fault);
        }
        // An operator's pattern may backtrack without end, so these patterns are matched in linear time.
        return new([.. Read(lines, path, RegexOptions.NonBacktracking), .. BuiltIn.rules]);
    }

    /// <summary>Returns the first rule that matches, or null if none does.</summary>
    /// <param name="words">Servers' words.</param>
    public TextRule? Find(string words)
    {
        var masked = Masked(Folded.Of(words.Length > MostText ? words[..MostText] : words));
        return masked.Length == 0 ? null : rules.FirstOrDefault(rule => rule.Fits(masked));
    }

    /// <summary>Whether any rule matches a text that is already folded.</summary>
    internal bool Speaks(string folded) => Masked(folded) is var masked && rules.Any(rule => rule.Fits(masked));

    // Names of hosts and mailboxes contain words that would be taken for the server's own and, like IP addresses, dots that don't end a
    // sentence.
    internal static string Masked(string folded) =>
        IpAddresses().Replace(HostNames().Replace(Addresses().Replace(folded, "@"), "$1 @"), "@");

    private static List<TextRule> ReadBuiltIn()
    {
        using var stream = typeof(TextRules).Assembly.GetManifestResourceStream("bounces.rules.tsv")!;
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd().Split('\n'), "rules.tsv", RegexOptions.None);
    }

    private static List<TextRule> Read(string[] lines, string file, RegexOptions options)
    {
        var read = new List<TextRule>();
        for (var at = 0; at < lines.Length; at++)
        {
            var line = lines[at].TrimEnd('\r', '\n');
            if (line.Trim().Length == 0 || line.StartsWith('#'))
                continue;
            var where = string.Create(CultureInfo.InvariantCulture, $"{file}, line {at + 1}");
            if (line.Split('\t') is not [var verdict, var pattern, var reason, var source])
                throw new StartException($"{where}: expected four columns with tabs between: verdict, pattern, reason, source");
            BounceKind? kind = verdict.TrimEnd('!') switch
            {
                "hard" => BounceKind.Hard,
                "soft" => BounceKind.Soft,
                "policy" => BounceKind.Policy,
                _ => null,
            };
            if (kind is null)
                throw new StartException($"{where}: the verdict is '{verdict}': use hard, soft or policy, with ! to go before codes");
            try
            {
                read.Add(new(kind.Value, verdict.EndsWith('!'), new Regex(Folded.Pattern(pattern), options | RegexOptions.CultureInvariant
                    | RegexOptions.ExplicitCapture, MatchTimeout.Longest), reason, source, where));
            }
            catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
            {
                throw new StartException($"{where}: the pattern is not a regular expression: {fault.Message}", fault);
            }
        }
        return read;
    }

    [GeneratedRegex(@"<?[^\s<>()\[\]:;,""]+@[^\s<>()\[\]:;,""]+\.[^\s<>()\[\]:;,""]+>?", RegexOptions.None, MatchTimeout.Milliseconds)]
    private static partial Regex Addresses();

    [GeneratedRegex(@"(?<![\w.])\[?\d{1,3}(?:\.\d{1,3}){3}\]?(?![\w.]*\d)", RegexOptions.None, MatchTimeout.Milliseconds)]
    private static partial Regex IpAddresses();

    [GeneratedRegex(@"\b(host|server|mta|relay|gateway|mailer|remote-mta:? ?dns;|program at host) "
        + @"[\w-]+(?:\.[\w-]+)+(?:\W?\[[\da-f.:]+\])?",
        RegexOptions.None, MatchTimeout.Milliseconds)]
    private static partial Regex HostNames();
}

/// <summary>A rule about servers' words.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="GoesFirst">Whether the rule takes precedence over a specific code.</param>
/// <param name="Pattern">The pattern, for folded text.</param>
/// <param name="Reason">What the words mean, for display.</param>
/// <param name="Source">Where servers say so.</param>
/// <param name="Where">The file and line of the rule.</param>
public sealed record TextRule(BounceKind Kind, bool GoesFirst, Regex Pattern, string Reason, string Source, string Where)
{
    internal bool Fits(string folded)
    {
        try
        {
            return Pattern.IsMatch(folded);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
