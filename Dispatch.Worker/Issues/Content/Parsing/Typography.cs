using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// Replaces straight quotation marks, apostrophes, double hyphens and three dots by a language's proper characters. A quotation mark
/// without a partner in its paragraph, such as an inch mark, is left alone, and so is everything in code and addresses and after a
/// backslash.
/// </summary>
internal sealed partial class Typography
{
    // Stands for code, a picture or an address, which are not changed. Marks beside it treat it as a letter.
    private const char Other = '\uFFFC';

    private const char NoBreak = '\u00A0';

    private readonly QuotationMarks marks;
    private readonly string dash;
    private readonly string ellipsis;
    private readonly bool spacesBeforeSigns;
    private readonly bool addsSpaces;
    private readonly bool hasShortWords;
    private readonly bool isHebrew;

    private Typography(string language)
    {
        marks = QuotationMarks.Of(language);
        // English, Russian and some other languages use a long dash between words, most European languages a short one.
        dash = Has(language, "en", "ru", "uk", "be", "kk", "ky", "uz", "tg", "tt", "es", "pt", "it", "fr", "zh", "ja", "ko", "ar", "fa")
            ? "—" : "–";
        ellipsis = Has(language, "zh") ? "……" : "…"; // GB/T 15834: six dots
        spacesBeforeSigns = Has(language, "fr");
        addsSpaces = spacesBeforeSigns && !language.StartsWith("fr-C", StringComparison.OrdinalIgnoreCase); // not in Canada and Switzerland
        hasShortWords = Has(language, "en");
        isHebrew = Has(language, "he", "yi");
    }

    /// <summary>Applies typography to a text without Markdown, such as a subject.</summary>
    public static string Of(string text, string language) => new Typography(language).Set(text);

    /// <summary>Applies typography to all text of an issue.</summary>
    public static IReadOnlyList<IssueBlock> Of(IReadOnlyList<IssueBlock> blocks, string language) => new Typography(language).Set(blocks);

    private static bool Has(string language, params ReadOnlySpan<string> languages) => languages.Contains(language.Split('-')[0]);

    private List<IssueBlock> Set(IReadOnlyList<IssueBlock> blocks) => [.. blocks.Select(Set)];

    private IssueBlock Set(IssueBlock block) => block switch
    {
        IssueBlock.Heading heading => heading with { Text = Set(heading.Text) },
        IssueBlock.Paragraph paragraph => paragraph with { Text = Set(paragraph.Text) },
        IssueBlock.Button button => button with { Text = Set(button.Text) },
        IssueBlock.Figure figure => figure with
        {
            Picture = Set(figure.Picture),
            Caption = Set(figure.Caption),
            Credit = Set(figure.Credit),
        },
        IssueBlock.Quote quote => quote with { Blocks = Set(quote.Blocks) },
        IssueBlock.Callout callout => callout with { Blocks = Set(callout.Blocks) },
        IssueBlock.Listing list => list with { Items = [.. list.Items.Select(Set)] },
        IssueBlock.Table table => table with
        {
            Head = [.. table.Head.Select(Set)],
            Rows = [.. table.Rows.Select(IReadOnlyList<IReadOnlyList<IssueSpan>> (row) => [.. row.Select(Set)])],
        },
        IssueBlock.Footnotes notes => notes with { Notes = [.. notes.Notes.Select(note => note with { Blocks = Set(note.Blocks) })] },
        _ => block,
    };

    private Picture Set(Picture picture) => picture with { Alt = Set(picture.Alt) };

    private string Set(string text) => string.Concat(Replaced(text).Select((put, at) => put ?? text[at..(at + 1)]));

    // All spans of a paragraph are treated as one text, because a quotation may begin in one span and end in another.
    private List<IssueSpan> Set(IReadOnlyList<IssueSpan> spans)
    {
        var text = new StringBuilder();
        Gather(spans, text);
        var (replaced, at) = (Replaced(text.ToString()), 0);
        return Rebuild(spans, replaced, ref at);
    }

    private static void Gather(IEnumerable<IssueSpan> spans, StringBuilder text)
    {
        foreach (var span in spans)
        {
            if (span is IssueSpan.Words words)
                text.Append(words.AsTyped ?? words.Text);
            else if (span is IssueSpan.LineBreak)
                text.Append('\n');
            else if (TextOf(span) is { } inner)
                Gather(inner, text);
            else
                text.Append(Other);
        }
    }

    // Returns the text of a span, or null for a span that is not changed, such as a link whose text is its own address.
    private static IReadOnlyList<IssueSpan>? TextOf(IssueSpan span) => span switch
    {
        IssueSpan.Strong strong => strong.Text,
        IssueSpan.Emphasis emphasis => emphasis.Text,
        IssueSpan.Struck struck => struck.Text,
        IssueSpan.Subscript low => low.Text,
        IssueSpan.Superscript high => high.Text,
        IssueSpan.Link link when !IsAddress(IssueSpan.WordsOf(link.Text), link.Url) => link.Text,
        _ => null,
    };

    private static bool IsAddress(string words, string url) =>
        url.Contains(words, StringComparison.OrdinalIgnoreCase) || words.Contains("://", StringComparison.Ordinal)
        || words.StartsWith("www.", StringComparison.OrdinalIgnoreCase);

    private List<IssueSpan> Rebuild(IReadOnlyList<IssueSpan> spans, string?[] replaced, ref int at)
    {
        var rebuilt = new List<IssueSpan>(spans.Count);
        foreach (var span in spans)
        {
            if (span is IssueSpan.Words words)
            {
                var text = new StringBuilder(words.Text.Length);
                for (var i = 0; i < words.Text.Length; i++)
                    text.Append(replaced[at + i] ?? words.Text[i..(i + 1)]);
                at += words.Text.Length;
                rebuilt.Add(new IssueSpan.Words(text.ToString()));
            }
            else if (TextOf(span) is { } inner)
                rebuilt.Add(With(span, Rebuild(inner, replaced, ref at)));
            else
            {
                at++;
                rebuilt.Add(span is IssueSpan.InlinePicture picture ? picture with { Picture = Set(picture.Picture) } : span);
            }
        }
        return rebuilt;
    }

    private static IssueSpan With(IssueSpan span, List<IssueSpan> text) => span switch
    {
        IssueSpan.Strong strong => strong with { Text = text },
        IssueSpan.Emphasis emphasis => emphasis with { Text = text },
        IssueSpan.Struck struck => struck with { Text = text },
        IssueSpan.Subscript low => low with { Text = text },
        IssueSpan.Superscript high => high with { Text = text },
        IssueSpan.Link link => link with { Text = text },
        _ => span,
    };

    // Returns the replacement for each character, or null for a character that stays.
    private string?[] Replaced(string text)
    {
        var replaced = new string?[text.Length];
        SetQuotes(text, replaced);
        for (var at = 0; at < text.Length; at++)
        {
            var length = RunAt(text, at);
            if (text[at] == '.' && (length == 3 || length == 3 * ellipsis.Length))
                Put(replaced, at, length, ellipsis);
            else if (text[at] == '-' && length is 2 or 3)
                SetDash(text, replaced, at, length);
            else if (spacesBeforeSigns)
                SetFrenchSpace(text, replaced, at);
            at += Math.Max(length, 1) - 1;
        }
        return replaced;
    }

    // Before a colon the space is a wide one (Lexique des règles typographiques). Times such as 10:30 and smileys stay.
    private void SetFrenchSpace(string text, string?[] replaced, int at)
    {
        var (before, after) = (Before(text, at), After(text, at + 1));
        if (text[at] == ' ' && before != '\0' && !char.IsWhiteSpace(before) && after is ':' or ';' or '!' or '?' or '»')
            replaced[at] = after == ':' ? "\u00A0" : "\u202F";
        else if (text[at] == ' ' && before == '«')
            replaced[at] = "\u202F";
        else if (addsSpaces && text[at] is ':' or ';' or '!' or '?' && (IsSpaceOrEnd(after) || IsClosing(after) || after == '"')
            && (char.IsLetter(before) || before is ')' or '»' || (text[at] != ':' && char.IsDigit(before))))
            replaced[at] = (text[at] == ':' ? "\u00A0" : "\u202F") + text[at];
    }

    // A no-break space keeps the dash from beginning a line. Two hyphens alone on a line mark an email's signature, and stay.
    private void SetDash(string text, string?[] replaced, int at, int length)
    {
        var (before, after) = (Before(text, at), After(text, at + length));
        var (startsWord, endsWord) = (before is '\0' || char.IsWhiteSpace(before), after is '\0' || char.IsWhiteSpace(after));
        if (startsWord && endsWord)
        {
            if (IsLineEnd(text, at - 1, -1) && IsLineEnd(text, at + length, 1))
                return;
            Put(replaced, at, length, dash);
            if (before == ' ')
                replaced[at - 1] = NoBreak.ToString();
        }
        else if (char.IsAsciiDigit(before) && char.IsAsciiDigit(after))
            Put(replaced, at, length, "–");
        else if (char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after) || IsMark(before) || IsMark(after))
            Put(replaced, at, length, "—");
    }

    private static bool IsMark(char c) => c is '"' or '\'' or ',' or '”' or '’' or Other;

    private static bool IsLineEnd(string text, int from, int step)
    {
        for (var at = from; at >= 0 && at < text.Length && text[at] != '\n'; at += step)
            if (!char.IsWhiteSpace(text[at]))
                return false;
        return true;
    }

    private void SetQuotes(string text, string?[] replaced)
    {
        var open = new Stack<(int At, char Mark)>();
        for (var at = 0; at < text.Length; at++)
        {
            var mark = text[at];
            if (mark is not ('"' or '\''))
                continue;
            var (before, after) = (Before(text, at), After(text, at + 1));
            if (isHebrew && IsHebrew(before) && (mark == '\'' || IsHebrew(after)) && !open.Any(one => one.Mark == '\''))
            {
                replaced[at] = mark == '"' ? "״" : "׳"; // in abbreviations, and beside letters for foreign sounds
                continue;
            }
            if (mark == '\'' && (IsApostrophe(before, after, open) || (hasShortWords && IsInShortWord(text, at))))
            {
                replaced[at] = "’";
                continue;
            }
            var mayOpen = !IsSpaceOrEnd(after) && !IsClosing(after) && (!char.IsLetterOrDigit(before) || IsIdeograph(before));
            var mayClose = !IsSpaceOrEnd(before) && (!char.IsLetterOrDigit(after) || IsIdeograph(after));
            if (mayClose && open.Any(one => one.Mark == mark) && !(mayOpen && open.Peek().Mark != mark))
            {
                while (open.Peek().Mark != mark)
                    open.Pop(); // has no partner, and stays
                var begun = open.Pop().At;
                var (opening, closing) = open.Count % 2 == 0 ? (marks.Opening, marks.Closing) : (marks.InnerOpening, marks.InnerClosing);
                (replaced[begun], replaced[at]) = (opening, closing);
            }
            else if (mayOpen)
                open.Push((at, mark));
        }
    }

    // "don't", "readers'" and "'90s". A mark after a letter ends a quotation if one has begun.
    private static bool IsApostrophe(char before, char after, Stack<(int At, char Mark)> open) =>
        char.IsLetterOrDigit(before) && !IsIdeograph(before)
            ? char.IsLetter(after) && !IsIdeograph(after) || (char.IsLetter(before) && !open.Any(one => one.Mark == '\''))
            : char.IsAsciiDigit(after) && !open.Any(one => one.Mark == '\'');

    // English words whose first letters are left out, such as 'tis and rock 'n' roll.
    private static bool IsInShortWord(string text, int at) =>
        ShortWord().IsMatch(text, at)
        || (at > 1 && text[at - 1] is 'n' or 'N' && text[at - 2] == '\'' && ShortWord().IsMatch(text, at - 2));

    private static bool IsSpaceOrEnd(char c) => c is '\0' || char.IsWhiteSpace(c);

    private static bool IsClosing(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.ClosePunctuation
        || c is '.' or ',' or ';' or ':' or '!' or '?' or '。' or '，';

    private static bool IsHebrew(char c) => c is >= '\u05D0' and <= '\u05EA';

    private static bool IsIdeograph(char c) =>
        c is >= '\u3040' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF';

    private static char Before(string text, int at) => at > 0 ? text[at - 1] : '\0';

    private static char After(string text, int at) => at < text.Length ? text[at] : '\0';

    // Returns the number of equal dots or hyphens that begin here, or 0 for other characters.
    private static int RunAt(string text, int at)
    {
        if (text[at] is not ('.' or '-'))
            return 0;
        var end = at;
        while (end < text.Length && text[end] == text[at])
            end++;
        return end - at;
    }

    [GeneratedRegex(@"\G(?<![\p{L}\p{N}])'(?:n'(?=[ \u00A0-])|(?:tis|twas|twere|twill|em|til|cause)(?![\p{L}\p{N}']))",
        RegexOptions.IgnoreCase)]
    private static partial Regex ShortWord();

    private static void Put(string?[] replaced, int at, int length, string sign)
    {
        replaced[at] = sign;
        for (var next = at + 1; next < at + length; next++)
            replaced[next] = "";
    }
}
