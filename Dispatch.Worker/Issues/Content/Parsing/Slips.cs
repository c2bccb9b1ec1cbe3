using System.Text.RegularExpressions;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>
/// Finds things in the text that no author means readers to see, such as broken picture syntax, stray asterisks, another program's
/// placeholder or a note to oneself. A mark escaped with a backslash is deliberate.
/// </summary>
internal static partial class Slips
{
    /// <summary>A mark that looks like a slip.</summary>
    /// <param name="At">The mark's position in the words.</param>
    /// <param name="Severity">Error if readers would miss a picture, otherwise warning.</param>
    /// <param name="Rule">The rule's name.</param>
    /// <param name="Message">What is wrong and what to write instead.</param>
    public sealed record Slip(int At, FaultSeverity Severity, string Rule, string Message);

    private static readonly (Regex Mark, FaultSeverity Severity, string Rule, string Message)[] InWords =
    [
        (Picture(), FaultSeverity.Error, "picture-unread",
            "the picture at '![' could not be read, and readers would see its marks: write ![what it shows](photos/name.jpg "
                + "\"caption | credit\")"),
        (Link(), FaultSeverity.Warning, "link-unread",
            "a link could not be read, and readers would see its brackets: write [words](https://example.org), with plain brackets and no "
                + "space between them"),
        (Address(), FaultSeverity.Warning, "link-broken",
            "an address is misspelled at the beginning, so it isn't a link: write https:// and then the rest"),
        (BulletinBoard(), FaultSeverity.Warning, "bulletin-board",
            "marks such as [b] aren't Markdown, and readers would see them: write **words** for bold, *words* for italics and "
                + "[words](https://example.org) for a link"),
        (Bold(), FaultSeverity.Warning, "bold-unread",
            "this '**' makes nothing bold, and readers would see it: write **words**, with no space inside the asterisks; for asterisks "
                + "write \\*\\*"),
        (Strike(), FaultSeverity.Warning, "strike-unread",
            "this '~~' strikes nothing out, and readers would see it: write ~~words~~, with no space inside; for tildes write \\~\\~"),
        (Highlight(), FaultSeverity.Warning, "highlight",
            "'==' isn't supported, and readers would see it: write **words** for bold or *words* for italics"),
        (Table(), FaultSeverity.Warning, "table-unread",
            "a table could not be read: write a line of headings, below it a line such as |---|---| with as many columns, and leave an "
                + "empty line above both"),
        (Cells(), FaultSeverity.Warning, "table-unread",
            "cells of a spreadsheet run together: write a line of headings, below it a line such as |---|---|, and | between the cells of "
                + "each line"),
        (Note(), FaultSeverity.Warning, "footnote-unread",
            "this footnote has no note: write [^1] in the text, and [^1]: the note on its own line"),
        (Heading(), FaultSeverity.Warning, "heading-unread",
            "a line that begins with '#' needs a space to be a heading: write ## Heading; for the sign itself write \\#"),
        (Container(), FaultSeverity.Warning, "callout-unread",
            "a callout could not be read: write > [!NOTE] on its own line, and the words below it with > before each line"),
        (Button(), FaultSeverity.Warning, "button-unread",
            "'{.button}' works only on a link that is alone in its paragraph: leave an empty line above and below it"),
        (Attributes(), FaultSeverity.Warning, "attributes",
            "attributes in braces aren't supported, and readers would see them: remove them"),
        (Definition(), FaultSeverity.Warning, "definition-unread",
            "definition lists aren't supported: write **Term**: what it means"),
        (Dialogue(), FaultSeverity.Warning, "line-joined",
            "this line continues the one above it, although it begins with a dash: leave an empty line between them, or end the line above "
                + "with two spaces"),
        (Item(), FaultSeverity.Warning, "list-unread",
            "this line looks like an item of a list, but continues the line above it: write - or 1. and a space at the beginning of each "
                + "item, and leave an empty line above the first"),
        .. Anywhere,
    ];

    private static readonly (Regex Mark, FaultSeverity Severity, string Rule, string Message)[] InFields =
    [
        (Markup(), FaultSeverity.Warning, "markdown-unread",
            "marks such as '**' or '](' are left: this isn't Markdown, and readers would see them"),
        .. Anywhere,
    ];

    private static (Regex Mark, FaultSeverity Severity, string Rule, string Message)[] Anywhere =>
    [
        (Placeholder(), FaultSeverity.Warning, "placeholder",
            "a placeholder ('{{', '*|' or similar) isn't filled in, and readers would see it: only a field of the reader with a default "
                + "is, and only in the text: {{ reader.city | \"your city\" }}"),
        (ToCome(), FaultSeverity.Warning, "to-come", "'TK' is left: replace it with the missing text"),
    ];

    /// <summary>Finds slips in the body of an issue.</summary>
    /// <param name="words">The words of one or more lines. A line feed begins a line, and U+FFFC replaces a character that is
    /// intended.</param>
    public static IEnumerable<Slip> In(string words) => Find(InWords, words);

    /// <summary>Finds slips in a field without Markdown, such as a subject or a caption.</summary>
    public static IEnumerable<Slip> InField(string words) => Find(InFields, words);

    private static IEnumerable<Slip> Find((Regex, FaultSeverity, string, string)[] rules, string words)
    {
        foreach (var (mark, severity, rule, message) in rules)
            foreach (Match found in mark.Matches(words))
                yield return new Slip(found.Index, severity, rule, message);
    }

    [GeneratedRegex(@"[!！]\[(?!\^)")]
    private static partial Regex Picture();

    // "[1][2]" are numbers of notes. Other words in two pairs of brackets are a link without its definition.
    [GeneratedRegex(@"\]\(|\]（|\] \((?:$|(?=https?:|www\.|mailto:))|"
        + @"(?<!\[[0-9]{1,3})\]\[(?=[^\]\n]*\])|\[\[(?=[^\[\]\n]*\p{Ll}[^\[\]\n]*\]\])")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\p{L}\p{N}/.])(?:https?(?::/(?=[\p{L}\p{N}])|//(?=[\p{L}\p{N}])|;//|：[/／]{2}|:／／)|"
        + "ｈｔｔｐｓ?[：:]|(?:htps?|htttps?|hhtps?|ttps?|httpss)://)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    // Only the closing mark tells: "[i]t" is how editors mark a changed letter.
    [GeneratedRegex(@"\[/(?:b|i|u|s|url|img|quote|code|size|color|center)\]", RegexOptions.IgnoreCase)]
    private static partial Regex BulletinBoard();

    [GeneratedRegex(@"\*\*+|＊＊+|(?<![\p{L}\p{N}_])__(?=\p{L})|(?<=\p{L})__(?![\p{L}\p{N}_])")]
    private static partial Regex Bold();

    [GeneratedRegex(@"~~+")]
    private static partial Regex Strike();

    [GeneratedRegex(@"==(?=[^\s=][^=\n]*==)")]
    private static partial Regex Highlight();

    [GeneratedRegex(@"\|[ \t]*:?-{3,}|(?<=\n):?-{3,}:?[ \t]*\|")]
    private static partial Regex Table();

    // Two lines with a tab between words.
    [GeneratedRegex(@"(?<=\n[^\n\t]*\S)\t(?=\S[^\n]*\n[^\n\t]*\S\t+\S)")]
    private static partial Regex Cells();

    [GeneratedRegex(@"\[\^|\^\[(?=[^\]\n]*\])")]
    private static partial Regex Note();

    [GeneratedRegex(@"(?<=\n)(?:#{2,6}|＃+)(?=[^\s#＃])")]
    private static partial Regex Heading();

    [GeneratedRegex(@"(?<=\n)(?::::|\[!\p{L}+\])")]
    private static partial Regex Container();

    [GeneratedRegex(@"\{[ \t]*\.[\w-]+[ \t]*\}")]
    private static partial Regex Button();

    [GeneratedRegex(@"\{:?[ \t]*(?!\.[\w-]+[ \t]*\})(?:[.#][A-Za-z][\w-]*|[A-Za-z-]+=[^\s{}=])[^{}\n]*\}")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"(?<=\n):[ \t]+(?=\S)")]
    private static partial Regex Definition();

    [GeneratedRegex(@"\{\{|\}\}|\*\||\|\*|<%|%[A-Z]+(?:_[A-Z]+)*%|%%\w+%%|\{%|\[\[[A-Z_]+\]\]|\{[\w.]*name\}|\$\{")]
    private static partial Regex Placeholder();

    // A dash and a space, with another line before them.
    [GeneratedRegex(@"(?<=[^\n]\n)(?:[—–―]|--)(?=[ \t\u00A0])")]
    private static partial Regex Dialogue();

    // A number other than 1 doesn't begin a list within a paragraph (CommonMark 5.3), and a mark without a space never does.
    [GeneratedRegex(@"(?<=[^\n]\n)(?:[-*+](?=\p{L})|(?:\p{Nd}{1,3}[.)]|[a-z]\))(?=[ \t]|\p{L})|"
        + @"\p{Nd}{1,3}[-–—](?=[ \t])|(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})、)")]
    private static partial Regex Item();

    [GeneratedRegex(@"\*\*|~~|!\[|\]\(|\[\^")]
    private static partial Regex Markup();

    [GeneratedRegex(@"(?<![\p{L}\p{N}])(?:TK)+(?![\p{L}\p{N}])")]
    private static partial Regex ToCome();
}
