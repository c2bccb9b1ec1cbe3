using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;
using Markdig.Extensions.Alerts;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.Tables;
using Markdig.Syntax;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Reads an issue's Markdown into blocks and records every fault with its line. <see cref="SpanParser"/> reads the text within a block. The
/// author's words stay as they are; <see cref="Typography"/> may change them afterwards.
/// </summary>
internal sealed partial class IssueParser
{
    // Without this limit, pasting the source of a web page could give ten thousand faults.
    private const int MostFaults = 100;

    // A list whose first number is as high as this is more likely a sentence that begins with a year.
    private const int FirstYear = 1000;

    private readonly List<ContentFault> faults = [];
    private readonly Dictionary<FaultSeverity, int> noted = [];
    private readonly SpanParser spans;
    private int headingAbove = 1;

    public IssueParser(IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl, string language) =>
        spans = new SpanParser(photos, siteUrl, language, Note);

    public IReadOnlyList<ContentFault> Faults => faults;

    /// <summary>Returns the blocks, or null if the text can't be parsed. A fault then gives the reason.</summary>
    public IReadOnlyList<IssueBlock>? Read(string markdown)
    {
        var (tree, fault) = BoundedMarkdown.Read(markdown);
        if (tree is null)
        {
            faults.Add(fault!);
            return null;
        }
        var blocks = ReadAll(tree);
        if (blocks.Count == 0)
            faults.Add(new(FaultSeverity.Error, null, "content-empty", "the issue has no text: write some"));
        foreach (var (severity, count) in noted.Where(many => many.Value > MostFaults))
            faults.Add(new(severity, null, "more", $"and {count - MostFaults:N0} more like these"));
        return blocks;
    }

    private List<IssueBlock> ReadAll(ContainerBlock container) => [.. container.SelectMany(Read)];

    private IEnumerable<IssueBlock> Read(Block block) => block switch
    {
        HeadingBlock heading => ReadHeading(heading),
        ParagraphBlock paragraph => ReadParagraph(paragraph),
        ThematicBreakBlock => [new IssueBlock.Rule()],
        AlertBlock callout => [new IssueBlock.Callout(ReadAll(callout))],
        QuoteBlock quote => [new IssueBlock.Quote(ReadAll(quote))],
        ListBlock list => [ReadList(list)],
        HtmlBlock html => ReadHtml(html),
        CodeBlock code => [ReadCode(code)],
        Table table => [ReadTable(table)],
        FootnoteGroup notes => ReadFootnotes(notes),
        LinkReferenceDefinitionGroup definitions => ReadDefinitions(definitions),
        ContainerBlock container => ReadAll(container),
        _ => [],
    };

    private IEnumerable<IssueBlock> ReadHeading(HeadingBlock heading)
    {
        if (heading.Inline is not { FirstChild: not null })
        {
            Note(FaultSeverity.Warning, heading, "heading-empty", "this heading has no words, so it is left out: write them after the ##");
            return [];
        }
        if (heading.IsSetext)
            Note(FaultSeverity.Warning, heading, "heading-underlined",
                "hyphens or equals signs right below a line make it a heading: for a rule, leave an empty line above them");
        if (heading.Level == 1)
            Note(FaultSeverity.Warning, heading, "heading-level",
                "use ## for headings: the subject is already the heading with a single #");
        else if (heading.Level > headingAbove + 1)
            Note(FaultSeverity.Warning, heading, "heading-skips",
                $"this heading skips a level: write {new string('#', headingAbove + 1)} instead of {new string('#', heading.Level)}");
        var level = Math.Max(2, heading.Level);
        headingAbove = level;
        return [new IssueBlock.Heading(level, spans.Read(heading.Inline))];
    }

    private IEnumerable<IssueBlock> ReadParagraph(ParagraphBlock paragraph)
    {
        if (spans.ReadFigures(paragraph.Inline) is { Count: > 0 } figures)
            return figures;
        if (spans.ReadButtons(paragraph.Inline) is { Count: > 0 } buttons)
            return buttons;
        var text = spans.Read(paragraph.Inline);
        return text.Count == 0 ? [] : [new IssueBlock.Paragraph(text)];
    }

    private IssueBlock.Listing ReadList(ListBlock list)
    {
        var numbers = list.IsOrdered ? NumbersOf([.. list.OfType<ListItemBlock>().Select(item => item.Order)]) : [];
        if (numbers.FirstOrDefault() >= FirstYear)
            Note(FaultSeverity.Warning, list, "list-number",
                $"'{numbers[0]}.' at the beginning of a line makes a numbered list: if no list is meant, write {numbers[0]}\\.");
        return new(list.IsOrdered ? numbers[0] : null, list.IsLoose, [.. list.OfType<ListItemBlock>().Select(ReadAll)])
        {
            Numbers = numbers,
        };
    }

    // If a number repeats the one before it ("1. 1. 1."), the items are counted from the first number. Otherwise the numbers are kept.
    private static int[] NumbersOf(int[] written) => written.Zip(written.Skip(1)).All(pair => pair.First != pair.Second)
        ? written : [.. Enumerable.Range(written[0], written.Length)];

    private IssueBlock.Code ReadCode(CodeBlock code)
    {
        if (code is FencedCodeBlock { ClosingFencedCharCount: 0 } fenced)
            Note(FaultSeverity.Warning, code, "code-open",
                $"the code that begins here never ends: write {new string(fenced.FencedChar, 3)} on a line below it");
        var text = code.Lines.ToString();
        if (code is not FencedCodeBlock && Sentence().IsMatch(text))
            Note(FaultSeverity.Warning, code, "code-indented",
                "this paragraph is shown as code, because it begins with four spaces or a tab: remove them");
        return new(text);
    }

    private IssueBlock.Table ReadTable(Table table)
    {
        var rows = table.OfType<TableRow>().Select(row => row.OfType<TableCell>().Select(ReadCell).ToList()).ToList();
        var width = rows.Max(row => row.Count);
        foreach (var row in rows)
            row.AddRange(Enumerable.Repeat<IReadOnlyList<IssueSpan>>([], width - row.Count));
        var columns = Enumerable.Range(0, width).Select(column => AlignmentOf(table, column, rows)).ToList();
        return new(columns, rows[0], rows[1..]);
    }

    private IReadOnlyList<IssueSpan> ReadCell(TableCell cell) =>
        [.. cell.OfType<LeafBlock>().SelectMany(block => spans.ReadCell(block.Inline))];

    // A column of figures is aligned at its last digits unless the author chose an alignment.
    private static ColumnAlignment AlignmentOf(Table table, int column, List<List<IReadOnlyList<IssueSpan>>> rows) =>
        table.ColumnDefinitions.ElementAtOrDefault(column)?.Alignment switch
        {
            TableColumnAlign.Left => ColumnAlignment.Start,
            TableColumnAlign.Center => ColumnAlignment.Center,
            TableColumnAlign.Right => ColumnAlignment.End,
            _ => rows.Skip(1).Select(row => IssueSpan.WordsOf(row[column]).Trim()).Where(words => words.Length > 0).ToList()
                is { Count: > 0 } cells && cells.All(words => Figure().IsMatch(words)) ? ColumnAlignment.End : ColumnAlignment.Start,
        };

    private IEnumerable<IssueBlock> ReadFootnotes(FootnoteGroup group)
    {
        var notes = group.OfType<Markdig.Extensions.Footnotes.Footnote>()
            .Select(note => new Footnote(note.Order, note.Links.Count(link => !link.IsBackLink), ReadAll(note))).ToList();
        return notes.Count == 0 ? [] : [new IssueBlock.Footnotes(notes)];
    }

    private IEnumerable<IssueBlock> ReadDefinitions(LinkReferenceDefinitionGroup definitions)
    {
        foreach (var unused in definitions.OfType<FootnoteLinkReferenceDefinition>().Where(note => note.Footnote.Links.Count == 0))
            Note(FaultSeverity.Warning, unused, "footnote-unused",
                $"the footnote [{SpanParser.Start(unused.Footnote.Label ?? "")}] is left out, because no such mark is in the text");
        return [];
    }

    private IEnumerable<IssueBlock> ReadHtml(HtmlBlock html)
    {
        var source = html.Lines.ToString().Trim();
        if (html.Type is HtmlBlockType.Comment && source.EndsWith("-->", StringComparison.Ordinal))
        {
            Note(FaultSeverity.Warning, html, "comment", "a comment is left out of the issue");
            return [];
        }
        Note(FaultSeverity.Error, html, "raw-html", HtmlHints.Message(source));
        return [new IssueBlock.Paragraph([new IssueSpan.Words(Spaces().Replace(source, " "))])];
    }

    private void Note(FaultSeverity severity, MarkdownObject where, string rule, string message)
    {
        if ((noted[severity] = noted.GetValueOrDefault(severity) + 1) <= MostFaults)
            faults.Add(new(severity, where.Line + 1, rule, message));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    // A capital letter, or one of a script without them, words without any sign of code, and an end as only sentences have.
    [GeneratedRegex(@"^[—–«„“""'¿¡( ]*[\p{Lu}\p{Lo}][^{}=;<>|_\\$#]*[.!?…。！？؟۔][»“”""')]*\s*$")]
    private static partial Regex Sentence();

    [GeneratedRegex(@"^(?=.*\p{Nd})[\p{Nd}\s.,:'’٫٬+\-−–±~%‰٪/()\p{Sc}]+(?:\p{L}{1,3}\.?)?$|^(?:[-–—]|n/a)$", RegexOptions.IgnoreCase)]
    private static partial Regex Figure();
}
