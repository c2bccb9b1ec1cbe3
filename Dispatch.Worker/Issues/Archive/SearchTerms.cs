using System.Globalization;
using System.Text;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>
/// Splits a text into the terms by which the archive's search finds it. A word is a term, in lower case and without accents. In scripts
/// without spaces between words, such as Chinese or Thai, each pair of neighboring characters is a term, so that words of two characters
/// are found. The index uses no feature of the database, so both databases find the same.
/// </summary>
public static class SearchTerms
{
    /// <summary>The maximum length of a term, in UTF-16 code units. A longer word is cut.</summary>
    public const int Longest = 40;

    /// <summary>The maximum number of terms in a query. Further ones are ignored.</summary>
    private const int MostWanted = 8;

    private const int ShortestStem = 4;
    private const string ArabicArticle = "ال";

    /// <summary>Returns the terms of a text, with repetitions.</summary>
    public static IEnumerable<string> In(string text)
    {
        foreach (var (_, _, unit, run) in RunsOf(text))
        {
            if (!run)
            {
                yield return unit;
                if (WithoutArticle(unit) is { } bare)
                    yield return bare;
                continue;
            }
            var characters = StringInfo.ParseCombiningCharacters(unit);
            for (var i = 0; i < characters.Length; i++)
                yield return unit[characters[i]..(i + 2 < characters.Length ? characters[i + 2] : unit.Length)];
        }
    }

    /// <summary>Returns the conditions that an issue must meet, all of them, to be found by a query.</summary>
    public static IReadOnlyList<Wanted> Of(string query)
    {
        var wanted = new List<Wanted>();
        foreach (var (_, _, unit, run) in RunsOf(query))
        {
            if (!run)
            {
                var word = WithoutArticle(unit) ?? unit;
                // Too many words begin with a word of one or two letters.
                wanted.Add(new(StemOf(word), IsBeginning: word.Length > 2));
                continue;
            }
            var characters = StringInfo.ParseCombiningCharacters(unit);
            if (characters.Length == 1)
                wanted.Add(new(unit, IsBeginning: true));
            for (var i = 0; i + 1 < characters.Length; i++)
                wanted.Add(new(unit[characters[i]..(i + 2 < characters.Length ? characters[i + 2] : unit.Length)], IsBeginning: false));
        }
        return [.. wanted.Distinct().Take(MostWanted)];
    }

    /// <summary>Returns the matches of a query in a text, as positions and lengths in UTF-16 code units, in order.</summary>
    public static IEnumerable<(int At, int Length)> PlacesIn(string text, IReadOnlyList<Wanted> wanted)
    {
        foreach (var (at, length, unit, run) in RunsOf(text))
        {
            if (!run)
            {
                if (wanted.Any(one => one.Fits(unit) || (WithoutArticle(unit) is { } bare && one.Fits(bare))))
                    yield return (at, length);
                continue;
            }
            var marked = new bool[unit.Length];
            foreach (var one in wanted)
                for (var found = unit.IndexOf(one.Term, StringComparison.Ordinal); found >= 0;
                    found = unit.IndexOf(one.Term, found + 1, StringComparison.Ordinal))
                    Array.Fill(marked, true, found, one.Term.Length);
            for (var from = Array.IndexOf(marked, true); from >= 0; from = Array.IndexOf(marked, true, from))
            {
                var end = Array.IndexOf(marked, false, from) is >= 0 and var no ? no : unit.Length;
                yield return (at + from, end - from);
                if (end == unit.Length)
                    break;
                from = end;
            }
        }
    }

    // Returns the words of a text, and its runs in scripts without spaces, each with its position and its folded form. The folded form of a
    // run has the same length as the run.
    private static IEnumerable<(int At, int Length, string Unit, bool IsRun)> RunsOf(string text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var kind = KindOf(text, at);
            if (kind is Kind.Between or Kind.Within)
            {
                at++;
                continue;
            }
            var (start, folded) = (at, new StringBuilder());
            while (at < text.Length && KindOf(text, at) is var next && (next == kind || next is Kind.Within))
            {
                if (kind is Kind.Unspaced)
                    folded.Append(text[at]);
                else if (next is not Kind.Within)
                    folded.Append(Folded(text[at]));
                at++;
            }
            if (folded.Length > 0)
                yield return (start, at - start,
                    kind is Kind.Word && folded.Length > Longest ? folded.ToString(0, Longest) : folded.ToString(), kind is Kind.Unspaced);
        }
    }

    private enum Kind
    {
        Between,

        /// <summary>Belongs to the word around it but isn't a letter: a combining accent or a joiner.</summary>
        Within,
        Word,
        Unspaced,
    }

    private static Kind KindOf(string text, int at)
    {
        var c = text[at];
        if (IsUnspaced(c))
            return Kind.Unspaced;
        if (char.IsSurrogate(c)) // rare ideographs, and letters of dead scripts
            return CharUnicodeInfo.GetUnicodeCategory(text, char.IsLowSurrogate(c) && at > 0 ? at - 1 : at) is UnicodeCategory.OtherLetter
                ? Kind.Unspaced : Kind.Between;
        if (char.IsLetterOrDigit(c))
            return c == '\u0640' ? Kind.Within : Kind.Word; // a tatweel only lengthens a word
        return c is '\u200C' or '\u200D' or '\u00AD' || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark ? Kind.Within : Kind.Between;
    }

    // Han, kana, Thai, Lao, Myanmar and Khmer, with their marks.
    private static bool IsUnspaced(char c) => c is >= '\u3400' and <= '\u9FFF' or >= '\u3040' and <= '\u30FF' or >= '\uF900' and <= '\uFAFF'
        or '\u3005' or >= '\u0E01' and <= '\u0EFF' or >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17FF';

    private static char Folded(char c)
    {
        if (c < 0x80)
            return char.ToLowerInvariant(c);
        if (c is >= '\uAC00' and <= '\uD7A3') // Hangul would decompose into its letters
            return c;
        return char.ToLowerInvariant(c switch
        {
            'ı' => 'i',
            'ø' or 'Ø' => 'o',
            'ł' or 'Ł' => 'l',
            'đ' or 'Đ' => 'd',
            'ی' => 'ي', // Arabic keyboards have other forms of these Persian letters
            'ک' => 'ك',
            _ => c.ToString().Normalize(NormalizationForm.FormKD)[0],
        });
    }

    private static string? WithoutArticle(string word) =>
        word.Length > ArabicArticle.Length + 2 && word.StartsWith(ArabicArticle, StringComparison.Ordinal) ? word[2..] : null;

    // Endings vary with case and number: "borders" should find "border", and "Китая" should find "Китай".
    private static string StemOf(string word)
    {
        if (word.Length <= ShortestStem)
            return word;
        if (word[^1] is >= '\u0400' and <= '\u04FF')
        {
            var end = word.Length;
            while (end > ShortestStem && end > word.Length - 2 && "аеиоуыэюяйь".Contains(word[end - 1]))
                end--;
            return word[..end];
        }
        return word[^1] == 's' && word[^2] != 's' ? word[..^1] : word;
    }

    /// <summary>A term that an issue must have.</summary>
    /// <param name="Term">The term, or its beginning.</param>
    /// <param name="IsBeginning">Whether terms that begin with it count too.</param>
    public readonly record struct Wanted(string Term, bool IsBeginning)
    {
        public bool Fits(string term) => IsBeginning ? term.StartsWith(Term, StringComparison.Ordinal) : term == Term;
    }
}
