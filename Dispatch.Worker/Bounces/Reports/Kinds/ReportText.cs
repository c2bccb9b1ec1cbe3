using System.Text.RegularExpressions;

namespace Dispatch.Worker.Bounces.Reports.Kinds;

/// <summary>What a report says in prose: whom it names, and what it says about them.</summary>
internal static partial class ReportText
{
    /// <summary>Returns the part of a text that is examined.</summary>
    public static string Limited(string text) => text.Length > 6000 ? text[..6000] : text;

    /// <summary>Returns a line and the lines after it that belong to it.</summary>
    public static string Section(IReadOnlyList<string> lines, int begin, Func<string, bool> ends)
    {
        var end = begin + 1;
        while (end < Math.Min(lines.Count, begin + 15) && !ends(lines[end]))
            end++;
        return Limited(string.Join('\n', lines.Skip(begin).Take(end - begin)));
    }

    /// <summary>
    /// Returns the lines of a report, except those that repeat the header of our message, whose subject could say anything, and except a
    /// lawyer's footer, which speaks of policies and prohibitions.
    /// </summary>
    public static string Spoken(Prose prose) => string.Join('\n', prose.Lines.TakeWhile(line => !Footer().IsMatch(line))
        .Where(line => !Repeated().IsMatch(line)));

    /// <summary>Returns the failed recipients that a report names in its header or its text.</summary>
    public static IReadOnlyList<FailedAddresses.Found> Failed(MailParts parts, Prose prose)
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

    [GeneratedRegex(@"^\W*(?:(?:confidentiality|legal|privacy) (?:notice|note|disclaimer)|disclaimer\b|this (?:e-?mail|message)"
        + @" (?:and any|\(including|is (?:confidential|intended))|diese (?:e-?mail|nachricht) (?:enthält|und|ist) |ce (?:message|courriel) "
        + "(?:et|est|contient) |vertraulichkeitshinweis|haftungsausschluss|avis de confidentialité|aviso (?:legal|de confidencialidad))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Footer();

    [GeneratedRegex(@"^\W*(?:Subject|Betreff|Objet|Sujet|Asunto|Oggetto|Assunto|Temat|Onderwerp|Ämne|Emne|Aihe|Předmět|Тема|主题|主旨|件名|"
        + @"제목)\s*[:：]",
        RegexOptions.IgnoreCase)]
    private static partial Regex Repeated();
}
