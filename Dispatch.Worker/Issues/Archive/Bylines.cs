using System.Text.RegularExpressions;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>Finds the authors in a byline, such as "A. Novak and B. Reid".</summary>
/// <remarks>
/// <para>
/// Commas and the word for "and" separate authors. If the byline has a semicolon, its commas belong to the names: "Smith, John; Li, Anna".
/// </para>
/// <para>
/// A name keeps its suffix, as in "Smith, Jr.", and a conjunction that is part of it, as in "José Ortega y Gasset" or 陈和平. An
/// abbreviation after a comma, as in "A. Novak, RFE/RL", is the author's employer, not an author.
/// </para>
/// </remarks>
public static partial class Bylines
{
    private const int LongestSlug = 60;
    private const char Semicolon = ';', WideSemicolon = '；', ArabicSemicolon = '؛';

    /// <summary>Returns the authors of a byline without a "By", each once.</summary>
    public static IReadOnlyList<Author> In(string byline) =>
        [.. PiecesOf(byline).Select(piece => piece.Author).OfType<Author>().DistinctBy(author => author.Slug)];

    /// <summary>Returns a byline in pieces: the authors, and what is between them.</summary>
    public static IReadOnlyList<(string Text, Author? Author)> PiecesOf(string byline)
    {
        var (pieces, done) = (new List<(string, Author?)>(), 0);
        var commasDivide = byline.AsSpan().IndexOfAny(Semicolon, WideSemicolon, ArabicSemicolon) < 0;
        var isShouted = !byline.Any(char.IsLower);
        foreach (Match between in Between().Matches(byline))
        {
            if (!Divides(between, byline, done, commasDivide))
                continue;
            Add(byline[done..between.Index]);
            pieces.Add((between.Value, null));
            done = between.Index + between.Length;
        }
        Add(byline[done..]);
        return pieces;

        void Add(string name)
        {
            if (name.Length > 0)
                pieces.Add((name, pieces.Count > 0 && !isShouted && Abbreviation().IsMatch(name) ? null
                    : SlugOf(name) is { Length: > 0 } slug ? new Author(name, slug) : null));
        }
    }

    /// <summary>Returns a byline of names, which <see cref="In"/> finds again.</summary>
    public static string Of(IEnumerable<string> names)
    {
        var all = names.Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        return string.Join(all.Any(name => In(name).Count > 1) ? "; " : ", ", all);
    }

    private static bool Divides(Match between, string byline, int nameAt, bool commasDivide)
    {
        if (between.Groups["comma"].Success)
            return commasDivide;
        if (!between.Groups["one"].Success && !between.Groups["joined"].Success)
            return true;
        var before = byline[nameAt..between.Index];
        var after = byline[(between.Index + between.Length)..];
        after = Between().Match(after) is { Success: true } next ? after[..next.Index] : after;
        // "José Ortega y Gasset" is one person, "Anna Nowak i Jan Kos" and "Anna i Jan" are two.
        if (between.Groups["one"].Success)
            return WordsIn(before) == 1 || WordsIn(after) > 1;
        // Arabic writes "and" as a letter before the word, but names begin with that letter, too: جون ويلسون.
        return WordsIn(before) > 1 && WordsIn(after) > 1;
    }

    private static int WordsIn(string name) => name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    private static string SlugOf(string name)
    {
        var slug = Slugs.From(name);
        return slug.Length > LongestSlug ? slug[..LongestSlug].Trim('-') : slug;
    }

    // Separators in the languages of issues. A comma may precede "and". Conjunctions of one letter need a closer look.
    [GeneratedRegex(@"
        \s*[;；؛]\s*(?:" + And + @"\s+)? |
        (?<comma>\s*[,،、，]\s*(?!\s|(?:Jr|Sr|II|III|IV|Esq|MD|M\.\s?D|Ph\.?\s?D|мл|ст)\b)(?:(?:" + And + @"|и|і|y|e|i|a)\s+)?) |
        \s*&\s* | \s+(?:" + And + @"|и|і)\s+ | \s+و\s+ |
        (?<one>\s+[yeia]\s+) | (?<joined>\s+و(?=\p{L})) |
        (?<=\p{IsCJKUnifiedIdeographs}{2})[和与與及](?=\p{IsCJKUnifiedIdeographs}{2}) |
        (?<=\p{IsCJKUnifiedIdeographs}{2})と(?=\p{IsCJKUnifiedIdeographs}{2}) |
        (?<=\p{IsHangulSyllables}{2})[와과]\s+",
        RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Between();

    private const string And = "(?:and|und|et|og|och|en|ve|və|va|we|ва|та|ды|және|жана|һәм|мен|și|şi|és|dhe|და|և|եւ|او|اور|ۋە|및)";

    // Two capitals or more, without a space: RFE/RL, AFP.
    [GeneratedRegex(@"^(?=.*\p{Lu}.*\p{Lu})[\p{Lu}\p{N}/.-]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Abbreviation();
}

/// <summary>An author of issues.</summary>
/// <param name="Name">The name as in the byline.</param>
/// <param name="Slug">The name in URLs.</param>
public sealed record Author(string Name, string Slug);
