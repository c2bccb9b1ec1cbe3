using System.Globalization;
using System.Text;
using Dispatch.Templates;
using Dispatch.Templates.Text;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Writes an issue's blocks as HTML. Subclasses write what differs between email and the archive.</summary>
internal abstract class IssueHtmlWriter
{
    protected StringBuilder Html { get; } = new();

    public string Write(IReadOnlyList<IssueBlock> blocks)
    {
        WriteAll(blocks);
        return Html.ToString();
    }

    /// <summary>
    /// Returns additional attributes for an element, with a leading space. The writer for email adds inline styles this way.
    /// </summary>
    protected abstract string AttributesOf(string element);

    protected abstract void WriteFigure(IssueBlock.Figure figure);

    protected abstract void WriteRule();

    protected abstract void WriteCode(string code);

    protected abstract string ImageOf(Picture picture);

    protected static string Encode(string text) => HtmlText.Encode(PlainText.Clean(text));

    protected virtual void WriteHeading(IssueBlock.Heading heading) => WriteElement($"h{heading.Level}", heading.Text);

    protected void WriteElement(string element, IReadOnlyList<IssueSpan> text, string? attributes = null)
    {
        Html.Append(CultureInfo.InvariantCulture, $"<{element}{attributes ?? AttributesOf(element)}>");
        WriteSpans(text);
        Html.Append(CultureInfo.InvariantCulture, $"</{element}>\n");
    }

    private void WriteAll(IEnumerable<IssueBlock> blocks)
    {
        foreach (var block in blocks)
            Write(block);
    }

    private void Write(IssueBlock block)
    {
        switch (block)
        {
            case IssueBlock.Heading heading: WriteHeading(heading); break;
            case IssueBlock.Paragraph paragraph: WriteElement("p", paragraph.Text); break;
            case IssueBlock.Figure figure: WriteFigure(figure); break;
            case IssueBlock.Rule: WriteRule(); break;
            case IssueBlock.Code code: WriteCode(code.Text); break;
            case IssueBlock.Listing list: WriteList(list); break;
            case IssueBlock.Quote quote:
                Html.Append(CultureInfo.InvariantCulture, $"<blockquote{AttributesOf("blockquote")}>\n");
                WriteAll(quote.Blocks);
                Html.Append("</blockquote>\n");
                break;
        }
    }

    private void WriteList(IssueBlock.Listing list)
    {
        var element = list.First is null ? "ul" : "ol";
        var start = list.First is null or 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" start=\"{list.First}\"");
        Html.Append(CultureInfo.InvariantCulture, $"<{element}{start}{AttributesOf(element)}>\n");
        foreach (var item in list.Items)
        {
            Html.Append(CultureInfo.InvariantCulture, $"<li{AttributesOf("li")}>");
            foreach (var block in item)
            {
                if (!list.Loose && block is IssueBlock.Paragraph line)
                    WriteSpans(line.Text);
                else
                    Write(block);
            }
            Html.Append("</li>\n");
        }
        Html.Append(CultureInfo.InvariantCulture, $"</{element}>\n");
    }

    private void WriteSpans(IReadOnlyList<IssueSpan> spans)
    {
        foreach (var span in spans)
            WriteSpan(span);
    }

    private void WriteSpan(IssueSpan span)
    {
        switch (span)
        {
            case IssueSpan.Words words: Html.Append(Encode(words.Text)); break;
            case IssueSpan.Strong strong: WriteInline("strong", strong.Text); break;
            case IssueSpan.Emphasis emphasis: WriteInline("em", emphasis.Text); break;
            case IssueSpan.Link link: WriteInline("a", link.Text, $" href=\"{Encode(link.Url)}\""); break;
            case IssueSpan.Code code: WriteInline("code", [new IssueSpan.Words(code.Text)]); break;
            case IssueSpan.LineBreak: Html.Append("<br>\n"); break;
            case IssueSpan.InlinePicture inline:
                Html.Append(inline.Picture.Photo is null ? Encode(inline.Picture.MissingNote)
                : ImageOf(inline.Picture)); break;
        }
    }

    private void WriteInline(string element, IReadOnlyList<IssueSpan> text, string attributes = "")
    {
        Html.Append(CultureInfo.InvariantCulture, $"<{element}{attributes}{AttributesOf(element)}>");
        WriteSpans(text);
        Html.Append(CultureInfo.InvariantCulture, $"</{element}>");
    }
}
