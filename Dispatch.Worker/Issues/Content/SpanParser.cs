using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Reads inline text: resolves pictures and links, refuses HTML except line breaks, and reports probable slips of the author.
/// </summary>
internal sealed partial class SpanParser
{
    private readonly Action<FaultSeverity, MarkdownObject, string, string> note;
    private readonly LinkTargets targets;
    private readonly FigureParser pictures;
    private readonly HashSet<(int Line, string Rule)> told = [];
    private bool inLink;
    private bool inCell;

    public SpanParser(IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl, string language,
        Action<FaultSeverity, MarkdownObject, string, string> note)
    {
        (this.note, targets) = (note, new LinkTargets(siteUrl, note));
        pictures = new FigureParser(photos, language, targets, PlainWords, note, NoteSlips);
    }

    /// <summary>Reads the text of a paragraph or a heading.</summary>
    public IReadOnlyList<IssueSpan> Read(ContainerInline? text) => Read(text, startsLine: true);

    /// <summary>Reads the text of a table's cell, where a backslash keeps a bar from ending the cell, even in code.</summary>
    public IReadOnlyList<IssueSpan> ReadCell(ContainerInline? text)
    {
        inCell = true;
        var spans = Read(text);
        inCell = false;
        return spans;
    }

    private List<IssueSpan> Read(ContainerInline? text, bool startsLine)
    {
        var (spans, words) = (new List<IssueSpan>(), new WordRun(startsLine));
        foreach (var inline in FlatInlines.Of(text ?? []))
        {
            if (inline is LinkInline { IsAutoLink: true } auto)
            {
                ReadAutoLink(auto);
                continue;
            }
            if (WordsOf(inline) is { } some)
            {
                words.Add(some, inline);
                continue;
            }
            Flush();
            spans.AddRange(ReadSpan(inline));
            words.StartsLine = inline is LineBreakInline or HtmlInline;
        }
        Flush();
        return spans;

        void Flush()
        {
            if (words.Length > 0)
                spans.AddRange(ReadWords(words).Where(span => span is not IssueSpan.Words { Text.Length: 0 }));
            words = new WordRun(startsLine: false);
        }

        // The parser extends an address to the next space. The address may end earlier, and the rest is then ordinary text.
        void ReadAutoLink(LinkInline auto)
        {
            var shown = auto.FirstChild is LiteralInline literal ? literal.Content.ToString() : auto.Url ?? "";
            var length = BareAddresses.LengthOf(shown);
            if (length == 0 || inLink)
            {
                words.Add(shown, auto);
                return;
            }
            Flush();
            var address = auto.Url is { } url && url.EndsWith(shown, StringComparison.Ordinal)
                ? url[..^(shown.Length - length)] : BareAddresses.WithScheme(shown[..length]);
            spans.AddRange(ReadLink(auto, address, [new IssueSpan.Words(shown[..length])]));
            words.Add(shown[length..], auto);
        }
    }

    private IEnumerable<IssueSpan> ReadWords(WordRun run)
    {
        var source = run.ForSlips;
        foreach (var slip in Slips.In(source))
            NoteOnce(run.WhereIs(slip.At), slip);
        var (text, done) = (run.Words, 0);
        foreach (var address in inLink ? [] : BareAddresses.In(text))
        {
            if (address.At > done)
                yield return Part(done, address.At);
            done = address.At + address.Length;
            foreach (var span in ReadLink(run.WhereIs(address.At + 1), address.Url, [new IssueSpan.Words(text[address.At..done])]))
                yield return span;
        }
        if (done < text.Length)
            yield return Part(done, text.Length);

        IssueSpan.Words Part(int from, int to)
        {
            var typed = source.IndexOf(WordRun.Meant, from + 1, to - from) < 0 ? null : source[(from + 1)..(to + 1)].Replace('\n', ' ');
            return new(Joined(text[from..to]))
            {
                AsTyped = typed is null ? null : string.Concat(typed.Where((_, at) => text[from + at] != WordRun.Joint)),
            };
        }
    }

    /// <inheritdoc cref="FigureParser.Read"/>
    public IReadOnlyList<IssueBlock> ReadFigures(ContainerInline? text) => pictures.Read(text);

    /// <summary>
    /// Returns the buttons of a paragraph that contains only buttons, such as <c>[Words](https://example.org){.button}</c>. Returns none
    /// for any other paragraph. A button with a bad address becomes a paragraph of its words.
    /// </summary>
    public IReadOnlyList<IssueBlock> ReadButtons(ContainerInline? text)
    {
        var inlines = (text ?? []).Where(inline => !FigureParser.IsBlank(inline)).ToList();
        var pairs = inlines.Chunk(2).ToList();
        if (!pairs.All(pair => pair is [LinkInline { IsImage: false, IsAutoLink: false }, LiteralInline mark]
            && ButtonMark().IsMatch(mark.Content.AsSpan())))
            return [];
        return [.. pairs.Select(pair => (LinkInline)pair[0]).Select(link => ReadLink(link, link.Url ?? "", ReadWithin(link)))
            .Select(spans => spans is [IssueSpan.Link one]
                ? (IssueBlock)new IssueBlock.Button(one.Url, one.Text) : new IssueBlock.Paragraph(spans))];
    }

    /// <summary>Returns the beginning of a source text, to identify it in a message.</summary>
    public static string Start(string source) =>
        source.ReplaceLineEndings(" ") is { Length: > 40 } long_ ? long_[..40] + "…" : source.ReplaceLineEndings(" ");

    private void NoteSlips(MarkdownObject where, string words)
    {
        foreach (var slip in Slips.InField(words))
            NoteOnce(where, slip);
    }

    private void NoteOnce(MarkdownObject where, Slips.Slip slip)
    {
        if (told.Add((where.Line, slip.Rule)))
            note(slip.Severity, where, slip.Rule, slip.Message);
    }

    private List<IssueSpan> ReadSpan(Inline inline) => inline switch
    {
        EmphasisInline { DelimiterChar: '~', DelimiterCount: 2 } struck => [new IssueSpan.Struck(Read(struck, false))],
        EmphasisInline { DelimiterChar: '~' } low => [new IssueSpan.Subscript(Read(low, false))],
        EmphasisInline { DelimiterChar: '^' } high => [new IssueSpan.Superscript(Read(high, false))],
        EmphasisInline { DelimiterCount: >= 2 } strong => [new IssueSpan.Strong(Read(strong, false))],
        EmphasisInline emphasis => [new IssueSpan.Emphasis(Read(emphasis, false))],
        CodeInline code => [new IssueSpan.Code(inCell ? code.Content.Replace("\\|", "|", StringComparison.Ordinal) : code.Content)],
        LineBreakInline or HtmlInline => [new IssueSpan.LineBreak()],
        LinkInline { IsImage: true } image => [pictures.ReadInline(image)],
        LinkInline link => ReadLink(link, link.Url ?? "", ReadWithin(link)),
        AutolinkInline auto => ReadLink(auto, auto.IsEmail ? "mailto:" + auto.Url : auto.Url, [new IssueSpan.Words(auto.Url)]),
        FootnoteLink { IsBackLink: false } mark => [new IssueSpan.FootnoteMark(mark.Footnote.Order,
            1 + mark.Footnote.Links.Where(link => !link.IsBackLink).ToList().IndexOf(mark))],
        ContainerInline container => Read(container, false),
        _ => [],
    };

    // An address in the text of a link does not become a second link.
    private List<IssueSpan> ReadWithin(LinkInline link)
    {
        inLink = true;
        var spans = Read(link, false);
        inLink = false;
        return spans;
    }

    private List<IssueSpan> ReadLink(MarkdownObject where, string url, List<IssueSpan> text)
    {
        if (targets.AddressOf(where, url) is not { } address)
            return text;
        targets.Compare(where, IssueSpan.WordsOf(text), address);
        if (text.Count > 0)
            return [new IssueSpan.Link(address, text)];
        note(FaultSeverity.Warning, where, "link-text",
            "the link has no words, so readers see its address: write them between the brackets");
        return [new IssueSpan.Link(address, [new IssueSpan.Words(address)])];
    }

    // Returns the words of plain inline text, or null for other inlines.
    private string? WordsOf(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal: return literal.Content.ToString();
            case TaskList task: return task.Checked ? "☑" : "☐";
            case HtmlEntityInline entity: return entity.Transcoded.ToString();
            case LineBreakInline { IsHard: false }: return IsWithinUnspaced(inline) ? $"{WordRun.Joint}" : " ";
            case HtmlInline html when html.Tag.StartsWith("<!--", StringComparison.Ordinal):
                note(FaultSeverity.Warning, html, "comment", "a comment is left out of the issue");
                return "";
            case HtmlInline html when LineBreakTag().IsMatch(html.Tag): return null;
            case HtmlInline html when html.Tag.StartsWith("</", StringComparison.Ordinal)
                && told.Contains((html.Line, HtmlHints.RuleOf(html.Tag))):
                return html.Tag;
            case HtmlInline html:
                told.Add((html.Line, HtmlHints.RuleOf(html.Tag)));
                note(FaultSeverity.Error, html, "raw-html", HtmlHints.Message(html.Tag));
                return html.Tag;
            default: return null;
        }
    }

    // Chinese and Japanese have no spaces between words, so a line may break anywhere in their source.
    private static bool IsWithinUnspaced(Inline lineBreak) =>
        EdgeOf(lineBreak.PreviousSibling, last: true) is { } before && EdgeOf(lineBreak.NextSibling, last: false) is { } after
        && (IsUnspaced(before) || IsUnspaced(after)) && Unspaced().IsMatch([before, after]);

    private static bool IsUnspaced(char c) => c >= '\u2E80';

    private static char? EdgeOf(Inline? inline, bool last) => inline switch
    {
        LiteralInline { Content.IsEmpty: false } literal => last ? literal.Content.ToString()[^1] : literal.Content.ToString()[0],
        LinkInline { IsImage: true } => null,
        ContainerInline inner => EdgeOf(last ? inner.LastChild : inner.FirstChild, last),
        _ => null,
    };

    private string PlainWords(ContainerInline text) => Joined(string.Concat(text.Select(inline =>
        WordsOf(inline) ?? (inline switch { ContainerInline inner => PlainWords(inner), CodeInline code => code.Content, _ => "" }))));

    private static string Joined(string words) => words.Replace($"{WordRun.Joint}", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^\s*\{\s*\.button\s*\}\s*$")]
    private static partial Regex ButtonMark();

    // Ideographs, kana, and the punctuation that goes with them, some of which other scripts have, too.
    [GeneratedRegex(@"^[‘’“”…—·\u2E80-\u312F\u31A0-\u31FF\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF\uFF01-\uFF60]{2}$")]
    private static partial Regex Unspaced();

    [GeneratedRegex(@"^<br\s*/?>$", RegexOptions.IgnoreCase)]
    private static partial Regex LineBreakTag();
}
