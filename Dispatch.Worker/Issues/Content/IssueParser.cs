using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Photos;
using Markdig.Syntax;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Reads an issue's Markdown into blocks and records every fault with its line. <see cref="SpanParser"/> reads the text within a block. A
/// correspondent's words are not changed, except that two hyphens between spaces, which news wires write for a dash, become a dash.
/// </summary>
internal sealed partial class IssueParser
{
    // Without a limit, pasting the source of a web page would give a fault for each of its ten thousand tags.
    private const int MostFaults = 100;

    private readonly List<ContentFault> faults = [];
    private readonly Dictionary<FaultSeverity, int> noted = [];
    private readonly SpanParser spans;
    private int headingAbove = 1;

    public IssueParser(IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl) => spans = new SpanParser(photos, siteUrl, Note);

    public IReadOnlyList<ContentFault> Faults => faults;

    /// <summary>Returns the blocks, or null if the text can't be parsed and a fault gives the reason.</summary>
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
            faults.Add(new(FaultSeverity.Error, null, "content-empty", "expected an issue, got no text"));
        foreach (var (severity, count) in noted.Where(many => many.Value > MostFaults))
            faults.Add(new(severity, null, "more", $"and {count - MostFaults:N0} more like these"));
        return blocks;
    }

    private List<IssueBlock> ReadAll(ContainerBlock container) => [.. container.SelectMany(Read)];

    private IEnumerable<IssueBlock> Read(Block block) => block switch
    {
        HeadingBlock heading => [ReadHeading(heading)],
        ParagraphBlock paragraph => ReadParagraph(paragraph),
        ThematicBreakBlock => [new IssueBlock.Rule()],
        QuoteBlock quote => [new IssueBlock.Quote(ReadAll(quote))],
        ListBlock list => [ReadList(list)],
        HtmlBlock html => ReadHtml(html),
        CodeBlock code => [new IssueBlock.Code(code.Lines.ToString())],
        LinkReferenceDefinitionGroup => [],
        ContainerBlock container => ReadAll(container),
        _ => [],
    };

    private IssueBlock.Heading ReadHeading(HeadingBlock heading)
    {
        if (heading.IsSetext)
            Note(FaultSeverity.Warning, heading, "heading-underlined",
                "a line of hyphens or equals signs right under a text makes a heading of it; for a rule, leave a line empty above");
        if (heading.Level == 1)
            Note(FaultSeverity.Warning, heading, "heading-level",
                "expected a headline with ##, got #: the first level is the issue's subject");
        else if (heading.Level > headingAbove + 1)
            Note(FaultSeverity.Warning, heading, "heading-skips",
                $"expected a heading of level {headingAbove + 1} at most, got level {heading.Level}");
        var level = Math.Max(2, heading.Level);
        headingAbove = level;
        return new(level, spans.Read(heading.Inline));
    }

    private IEnumerable<IssueBlock> ReadParagraph(ParagraphBlock paragraph)
    {
        if (spans.ReadFigures(paragraph.Inline) is { Count: > 0 } figures)
            return figures;
        var text = spans.Read(paragraph.Inline);
        return text.Count == 0 ? [] : [new IssueBlock.Paragraph(text)];
    }

    private IssueBlock.Listing ReadList(ListBlock list) => new(
        list.IsOrdered ? int.TryParse(list.OrderedStart, out var first) ? first : 1 : null,
        list.IsLoose,
        [.. list.OfType<ListItemBlock>().Select(ReadAll)]);

    private IEnumerable<IssueBlock> ReadHtml(HtmlBlock html)
    {
        var source = html.Lines.ToString().Trim();
        if (html.Type is HtmlBlockType.Comment && source.EndsWith("-->", StringComparison.Ordinal))
        {
            Note(FaultSeverity.Warning, html, "comment", "a comment is left out of the issue");
            return [];
        }
        Note(FaultSeverity.Error, html, "raw-html",
            $"expected Markdown, got HTML ({SpanParser.Start(source)}); readers would see it as text");
        return [new IssueBlock.Paragraph([new IssueSpan.Words(Spaces().Replace(source, " "))])];
    }

    private void Note(FaultSeverity severity, MarkdownObject where, string rule, string message)
    {
        if ((noted[severity] = noted.GetValueOrDefault(severity) + 1) <= MostFaults)
            faults.Add(new(severity, where.Line + 1, rule, message));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
