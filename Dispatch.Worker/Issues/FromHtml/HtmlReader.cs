using System.Globalization;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Walks a parsed document and writes its blocks as Markdown. Text within a block is written by <see cref="HtmlSpans"/>.</summary>
internal sealed class HtmlReader
{
    // Our Markdown is read to 32 levels. Deeper quotations and lists are written as if they were less deep.
    private const int MostNested = 10;

    private static readonly HashSet<string> Blocks = new(StringComparer.Ordinal)
    {
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset",
        "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "iframe", "legend", "li",
        "main", "menu", "nav", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
        "video", "audio", "object", "embed", "caption", "noscript",
    };

    private readonly HtmlChoices choices;
    private readonly HtmlFootnotes footnotes;
    private readonly HtmlSpans spans;
    private readonly HashSet<INode> withBlocks = [];
    private readonly HtmlLeftOut leftOut = new();
    private int nested;
    private bool isBelowPaywall;

    public HtmlReader(HtmlChoices choices, IDocument document)
    {
        (this.choices, footnotes) = (choices, new HtmlFootnotes(document, choices.FirstNote));
        spans = new HtmlSpans(choices, footnotes);
        foreach (var element in document.All.Where(element => Blocks.Contains(element.LocalName)))
            for (INode? at = element.Parent; at is not null && withBlocks.Add(at);)
                at = at.Parent;
    }

    /// <summary>The text below the mark for paying readers, or null if there is no such mark.</summary>
    public string? BelowPaywall { get; private set; }

    public IReadOnlyCollection<string> LeftOut => leftOut.Named;

    public string Read(INode body)
    {
        var (open, closed) = (new List<string>(), new List<string>());
        ReadChildren(body, open, closed);
        DropRepeatedSubject(open);
        var above = WithNotes(open);
        BelowPaywall = isBelowPaywall ? WithNotes(closed) : null;
        return above;
    }

    // A note stands with the part that refers to it.
    private string WithNotes(List<string> blocks)
    {
        var text = string.Join("\n\n", blocks);
        foreach (var (number, note) in footnotes.All)
        {
            var mark = string.Create(CultureInfo.InvariantCulture, $"[^{number}]");
            if (!text.Contains(mark, StringComparison.Ordinal))
                continue;
            var inside = new List<string>();
            ReadChildren(note, inside, inside);
            text += "\n\n" + MarkdownText.Indented(inside.Count > 0 ? string.Join("\n\n", inside) : "–", $"{mark}: ", "    ");
        }
        return text.Length > 0 ? text + "\n" : "";
    }

    private void DropRepeatedSubject(List<string> blocks)
    {
        if (choices.Subject.Length > 0 && blocks is [['#', '#', ' ', .. var words], ..] && isTopHeading
            && words.Replace("\\", "", StringComparison.Ordinal).Trim().Equals(choices.Subject.Trim(), StringComparison.OrdinalIgnoreCase))
            blocks.RemoveAt(0);
    }

    private bool isTopHeading; // whether the first heading was an h1

    private void ReadChildren(INode parent, List<string> open, List<string>? closed = null)
    {
        var (blocks, run) = (open, new List<INode>());
        foreach (var child in parent.ChildNodes)
        {
            if (closed is not null && isBelowPaywall)
                blocks = closed;
            switch (child)
            {
                case IComment comment when comment.Data.Trim() is "members-only":
                    Flush();
                    Paywall();
                    break;
                case IElement element when leftOut.Is(element):
                    break;
                case IElement element when footnotes.IsNote(element):
                    break;
                case IElement element when Blocks.Contains(element.LocalName) || withBlocks.Contains(element):
                    Flush();
                    ReadBlock(element, blocks, closed);
                    break;
                case IElement or IText:
                    run.Add(child);
                    break;
            }
        }
        Flush();

        void Flush()
        {
            if (run.Count > 0)
                blocks.AddRange(spans.Paragraphs(run));
            run.Clear();
        }
    }

    private void Paywall()
    {
        if (choices.HasPaywall)
            isBelowPaywall = true;
    }

    private void ReadBlock(IElement element, List<string> blocks, List<string>? closed)
    {
        if (HtmlLeftOut.Has(element, "paywall-jump", "paywall"))
        {
            Paywall();
            return;
        }
        if (HtmlEmbeds.Of(element, choices) is { } embed)
        {
            if (embed.Length > 0)
                blocks.Add(embed);
            return;
        }
        switch (element.LocalName)
        {
            case ['h', >= '1' and <= '6']:
                ReadHeading(element, blocks);
                break;
            case "p" when WordList.IsItem(element):
                WordList.AddItem(element, spans, blocks);
                break;
            case "ul" or "ol" or "menu" or "dir":
                ReadList(element, blocks);
                break;
            case "blockquote":
                ReadQuote(element, blocks, "");
                break;
            case "div" when HtmlLeftOut.Has(element, "pullquote"):
                ReadQuote(element, blocks, "");
                break;
            case "div" or "aside" when HtmlLeftOut.Has(element, "kg-callout-card", "callout-block", "callout", "admonition"):
                ReadQuote(element, blocks, "[!NOTE]");
                break;
            case "pre":
                if (element.TextContent.Trim().Length > 0)
                    blocks.Add(MarkdownText.CodeBlock(element.TextContent));
                break;
            case "hr":
                if (!footnotes.AreBelow(element))
                    blocks.Add("* * *");
                break;
            case "figure":
                ReadFigure(element, blocks);
                break;
            case "table":
                if (HtmlTables.Read(element, spans) is { } table)
                    blocks.Add(table);
                else
                    ReadChildren(element, blocks, closed);
                break;
            case "dt":
                blocks.AddRange(spans.Paragraphs(element.ChildNodes).Select(words => MarkdownText.Marked("**", words)));
                break;
            case "summary":
                blocks.AddRange(spans.Paragraphs(element.ChildNodes).Select(words => MarkdownText.Marked("**", words)));
                break;
            case "a" when HtmlFigures.OnlyPicture(element) is { } picture:
                AddPicture(picture, element, "", blocks);
                break;
            default:
                ReadOther(element, blocks, closed);
                break;
        }
    }

    // A paragraph of nothing but a picture is a figure.
    private void ReadOther(IElement element, List<string> blocks, List<string>? closed)
    {
        if (HtmlFigures.OnlyPicture(element) is { } picture)
            AddPicture(picture, picture.ParentElement, "", blocks);
        else
            ReadChildren(element, blocks, closed);
    }

    private void ReadHeading(IElement element, List<string> blocks)
    {
        if (spans.Line(element.ChildNodes) is not { Length: > 0 } words)
        {
            ReadChildren(element, blocks); // a picture that somebody made a heading of
            return;
        }
        isTopHeading |= blocks.Count == 0 && element.LocalName == "h1";
        blocks.Add($"{new string('#', Math.Max(2, element.LocalName[1] - '0'))} {words}");
    }

    private void ReadQuote(IElement element, List<string> blocks, string head)
    {
        var inside = new List<string>();
        nested++;
        ReadChildren(element, inside);
        nested--;
        if (inside.Count == 0)
            return;
        if (nested >= MostNested)
        {
            blocks.AddRange(inside);
            return;
        }
        if (head.Length > 0 && inside is [{ Length: <= 8 } sign, var words, ..] && !sign.Any(char.IsLetterOrDigit)) // its emoji
            inside = [$"{sign} {words}", .. inside[2..]];
        var text = string.Join("\n\n", inside);
        blocks.Add(MarkdownText.Indented(head.Length > 0 ? $"{head}\n{text}" : text, "> ", "> "));
    }

    private void ReadList(IElement list, List<string> blocks)
    {
        var isNumbered = list.LocalName == "ol";
        var first = isNumbered && int.TryParse(list.GetAttribute("start"), NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            ? start : 1;
        var items = new List<List<string>>();
        nested++;
        foreach (var child in list.ChildNodes.OfType<IElement>())
        {
            if (footnotes.IsNote(child))
                continue;
            var item = new List<string>();
            if (child.LocalName is "ul" or "ol" && items.Count > 0) // a list that lies beside its item instead of in it
                ReadBlock(child, items[^1], null);
            else if (child.LocalName == "li")
                ReadChildren(child, item);
            else if (!leftOut.Is(child))
                ReadBlock(child, item, null);
            if (item.Count > 0)
                items.Add(item);
        }
        nested--;
        if (nested >= MostNested)
            blocks.AddRange(items.SelectMany(item => item));
        else if (items.Count > 0)
            blocks.Add(MarkdownList.Of(items, isNumbered ? first : null, below: blocks.LastOrDefault()));
    }

    private void ReadFigure(IElement figure, List<string> blocks)
    {
        var caption = figure.QuerySelector("figcaption") is { } words ? HtmlFigures.PlainWords(words) : "";
        var pictures = figure.QuerySelectorAll("img").Where(picture => !HtmlFigures.IsPixel(picture)).ToList();
        if (pictures.Count == 0)
        {
            ReadChildren(figure, blocks);
            return;
        }
        for (var at = 0; at < pictures.Count; at++)
            AddPicture(pictures[at], pictures[at].ParentElement, at == pictures.Count - 1 ? caption : "", blocks);
    }

    private void AddPicture(IElement picture, IElement? around, string caption, List<string> blocks)
    {
        if (HtmlFigures.Of(picture, around, caption, choices) is { } figure)
            blocks.Add(figure);
    }
}
