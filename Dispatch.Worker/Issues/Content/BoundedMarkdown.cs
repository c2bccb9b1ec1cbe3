using System.Globalization;
using Dispatch.Worker.Issues.Content.Parsing;
using Markdig;
using Markdig.Renderers;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// The only Markdown parser in this program. Whatever the input, it ends within a bounded time and throws no exception. A text that nests
/// too deeply or costs too much work gives a fault with a line number instead of a tree.
/// </summary>
/// <remarks>
/// <para>
/// Depth: each quote, list or emphasis within another adds a level. The parser itself throws beyond some depth, and code that walks its
/// tree needs stack for every level.
/// </para>
/// <para>
/// Work: from each special character, such as <c>[</c> or <c>*</c>, the parser searches to the end of the paragraph. A paragraph therefore
/// costs its special characters times its letters. <c>[](</c> repeated a hundred thousand times took a minute.
/// </para>
/// </remarks>
internal static class BoundedMarkdown
{
    /// <summary>The maximum combined depth of blocks and inline text. An article has four or five levels.</summary>
    public const int MostLevels = 32;

    /// <summary>
    /// The limit for special characters times letters, summed over all paragraphs. A text at the limit takes about a second to parse.
    /// </summary>
    public const long MostWork = 150_000_000;

    // The characters at which the parser starts a search.
    private static readonly System.Buffers.SearchValues<char> Marks = System.Buffers.SearchValues.Create("[]()<>*_`!\\&:~^\"'");

    private static readonly MarkdownPipeline Whole = IssuePipeline.New().Build();
    private static readonly MarkdownPipeline BlocksAlone = WithoutInlines(IssuePipeline.New()).Build();

    /// <summary>Returns the tree, or the fault that prevented parsing. Lines count from 1.</summary>
    public static (MarkdownDocument? Tree, ContentFault? Fault) Read(string markdown)
    {
        var (blocks, fault) = ReadBlocks(markdown);
        if (blocks is null)
            return (null, fault);
        var tidied = MarkdownSource.Tidied(markdown, Paragraphs(blocks));
        if (!ReferenceEquals(tidied, markdown) && ((blocks, fault) = ReadBlocks(markdown = tidied)) is (null, _))
            return (null, fault);
        if (TryParse(markdown, Whole) is { } tree)
            return TooDeep(tree) is { } inside ? (null, inside) : (tree, null);
        var deep = Paragraphs(blocks!).FirstOrDefault(block => TryParse(SourceOf(markdown, block).ToString(), Whole) is null);
        return (null, TooDeepAt(deep?.Line + 1));
    }

    /// <summary>Returns a text from another program as HTML, including any HTML in it, or null if it can't be parsed.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="onlyIfHtmlIn">Whether to return null also if the text contains no HTML except line breaks, and no picture given by a
    /// reference.</param>
    public static string? ToHtml(string markdown, bool onlyIfHtmlIn)
    {
        if (Read(markdown).Tree is not { } tree || (onlyIfHtmlIn && !tree.Descendants().Any(NeedsHtml)))
            return null;
        using var html = new StringWriter(CultureInfo.InvariantCulture);
        var renderer = new HtmlRenderer(html);
        Whole.Setup(renderer);
        renderer.Render(tree);
        return html.ToString();
    }

    private static bool NeedsHtml(MarkdownObject node) => node switch
    {
        HtmlBlock => true,
        HtmlInline inline => !inline.Tag.StartsWith("<br", StringComparison.OrdinalIgnoreCase),
        LinkInline { IsImage: true, Reference: not null } => true,
        _ => false,
    };

    private static (MarkdownDocument? Blocks, ContentFault? Fault) ReadBlocks(string markdown)
    {
        if (TryParse(markdown, BlocksAlone) is not { } blocks)
            return (null, TooDeepAt(LineOfTheDepth(markdown)));
        return (TooDeep(blocks) ?? TooMuch(markdown, blocks)) is { } fault ? (null, fault) : (blocks, null);
    }

    // Returns null if the nesting exceeds the parser's own limit, which is far above MostLevels.
    private static MarkdownDocument? TryParse(string markdown, MarkdownPipeline pipeline)
    {
        try
        {
            return Markdown.Parse(markdown, pipeline);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static MarkdownPipelineBuilder WithoutInlines(MarkdownPipelineBuilder pipeline)
    {
        pipeline.Extensions.Clear(); // every extension reads inline text
        pipeline.InlineParsers.Clear();
        return pipeline;
    }

    private static ContentFault? TooDeep(MarkdownDocument tree)
    {
        var open = new Stack<(MarkdownObject Node, int Level)>([(tree, 0)]);
        while (open.TryPop(out var at))
        {
            if (at.Level > MostLevels)
                return TooDeepAt(at.Node.Line + 1);
            switch (at.Node)
            {
                case ContainerBlock blocks:
                    foreach (var block in blocks)
                        open.Push((block, at.Level + 1));
                    break;
                case LeafBlock { Inline: { } text }:
                    open.Push((text, at.Level));
                    break;
                case ContainerInline inlines:
                    foreach (var inline in inlines)
                        open.Push((inline, at.Level + 1));
                    break;
            }
        }
        return null;
    }

    private static ContentFault TooDeepAt(int? line) => new(FaultSeverity.Error, line, "nested-too-deeply",
        "quotes, lists, emphasis or brackets are nested too deeply here: remove some levels");

    private static IEnumerable<LeafBlock> Paragraphs(MarkdownDocument blocks) =>
        blocks.Descendants<LeafBlock>().Where(block => block is ParagraphBlock or HeadingBlock);

    // The parser discards a block's lines once the block is parsed, but keeps its position.
    private static ReadOnlySpan<char> SourceOf(string markdown, Block block) =>
        block.Span.IsEmpty ? [] : markdown.AsSpan(block.Span.Start, Math.Min(block.Span.Length, markdown.Length - block.Span.Start));

    private static ContentFault? TooMuch(string markdown, MarkdownDocument blocks)
    {
        var (left, most, worst) = (MostWork, 0L, (Block?)null);
        foreach (var block in Paragraphs(blocks))
        {
            var text = SourceOf(markdown, block);
            var (letters, marks) = ((long)text.Length, 0);
            for (int next; (next = text.IndexOfAny(Marks)) >= 0; text = text[(next + 1)..])
                marks++;
            left -= letters * marks;
            if (letters * marks > most)
                (most, worst) = (letters * marks, block);
        }
        return left >= 0 ? null : new(FaultSeverity.Error, worst!.Line + 1, "too-many-marks",
            "this paragraph is too long and has too many marks such as [ ] * _: divide it with empty lines");
    }

    // The parser does not say which line nests too deeply, so a binary search finds the first line at which it fails.
    private static int LineOfTheDepth(string markdown)
    {
        var lines = markdown.Split('\n');
        var (good, bad) = (0, lines.Length);
        while (bad - good > 1)
        {
            var middle = good + (bad - good) / 2;
            if (TryParse(string.Join('\n', lines, 0, middle), BlocksAlone) is not { } blocks || TooDeep(blocks) is not null)
                bad = middle;
            else
                good = middle;
        }
        return bad;
    }
}
