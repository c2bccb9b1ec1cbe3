using System.Globalization;
using System.Text;
using Dispatch.Templates;
using Dispatch.Templates.Text;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Writes an issue's blocks as HTML. Subclasses write what differs between email and the archive.</summary>
internal abstract class IssueHtmlWriter(string language)
{
    // How many characters of a table row fit on a screen 320 pixels wide, without the gaps between columns.
    private const int LettersAcross = 36;

    // A list's padding has room for this many digits.
    private const int UsualDigits = 2;

    private int listLevel;

    protected StringBuilder Html { get; } = new();

    /// <summary>The language of the issue, as a BCP 47 tag.</summary>
    protected string Language => language;

    /// <summary>The direction of the text around what is being written, "rtl" or "ltr".</summary>
    protected string Direction { get; private set; } = TextDirection.Of(language);

    /// <summary>How many quotations enclose what is being written.</summary>
    protected int QuoteLevel { get; private set; }

    public string Write(IReadOnlyList<IssueBlock> blocks)
    {
        WriteAll(blocks);
        return Html.ToString();
    }

    /// <summary>Returns additional attributes for an element, such as inline styles for email, with a leading space.</summary>
    protected abstract string AttributesOf(string element);

    /// <summary>
    /// Returns the attributes of a list, by whether it is within another list, and by how many digits its numbers have if they are long.
    /// </summary>
    protected abstract string AttributesOfList(string element, bool isNested, int longNumbers);

    /// <summary>Returns the attributes of a list item, by whether it is the first item of a top-level list.</summary>
    protected abstract string AttributesOfItem(bool isFirst);

    /// <summary>Returns the attributes of emphasised text in a script without italics, with a leading space.</summary>
    protected abstract string UprightEmphasis { get; }

    /// <summary>
    /// Adds, to the attributes of a block whose direction differs from the text around it, the side where its lines begin.
    /// </summary>
    protected virtual string Aligned(string attributes, string direction) => attributes;

    protected abstract void WriteFigure(IssueBlock.Figure figure);

    protected abstract void WriteRule();

    protected abstract void WriteCode(string code);

    protected abstract string ImageOf(Picture picture);

    protected virtual string InlineImageOf(Picture picture) => ImageOf(picture);

    protected abstract void WriteCallout(IssueBlock.Callout callout);

    protected abstract void WriteButton(IssueBlock.Button button);

    protected abstract void WriteFootnotes(IssueBlock.Footnotes footnotes);

    /// <summary>Returns the attributes of a table's cell, with a leading space.</summary>
    /// <param name="alignment">The alignment of the column.</param>
    /// <param name="isHead">Whether the cell is a heading.</param>
    /// <param name="isWide">Whether a word in the cell may have to be broken on a phone.</param>
    /// <param name="isLong">Whether the cell has too many words for a narrow column.</param>
    protected abstract string AttributesOfCell(ColumnAlignment alignment, bool isHead, bool isWide, bool isLong);

    /// <summary>
    /// Returns the attributes of a block, including its direction if that differs from the text around it. Without it, the full stop and
    /// brackets would be on the wrong side.
    /// </summary>
    protected string Turned(string words, string attributes) =>
        TextDirection.OfText(words, Direction) is var direction && direction == Direction
            ? attributes : $" dir=\"{direction}\"{Aligned(attributes, direction)}";

    protected static string Encode(string text) => HtmlText.Encode(PlainText.Clean(text));

    protected virtual void WriteHeading(IssueBlock.Heading heading) => WriteElement($"h{heading.Level}", heading.Text);

    protected void WriteElement(string element, IReadOnlyList<IssueSpan> text, string? attributes = null)
    {
        var words = IssueSpan.WordsOf(text);
        Html.Append(CultureInfo.InvariantCulture, $"<{element}{Turned(words, attributes ?? AttributesOf(element))}>");
        Within(words, () => WriteSpans(text));
        Html.Append(CultureInfo.InvariantCulture, $"</{element}>\n");
    }

    protected void WriteAll(IEnumerable<IssueBlock> blocks)
    {
        foreach (var block in blocks)
            Write(block);
    }

    /// <summary>Writes the inside of a block in the direction of its words.</summary>
    protected void Within(string words, Action write)
    {
        var around = Direction;
        Direction = TextDirection.OfText(words, around);
        write();
        Direction = around;
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
            case IssueBlock.Callout callout: WriteCallout(callout); break;
            case IssueBlock.Button button: WriteButton(button); break;
            case IssueBlock.Table table: WriteTable(table); break;
            case IssueBlock.Footnotes footnotes: WriteFootnotes(footnotes); break;
            case IssueBlock.Quote quote:
                WriteQuote(quote);
                break;
        }
    }

    private void WriteQuote(IssueBlock.Quote quote)
    {
        var words = IssueBlock.WordsOf(quote.Blocks);
        QuoteLevel++;
        var attributes = "";
        Within(words, () => attributes = AttributesOf("blockquote")); // its rule is on the side where its lines begin
        Html.Append(CultureInfo.InvariantCulture, $"<blockquote{Turned(words, attributes)}>\n");
        Within(words, () => WriteAll(quote.Blocks));
        QuoteLevel--;
        Html.Append("</blockquote>\n");
    }

    private void WriteList(IssueBlock.Listing list)
    {
        var words = IssueBlock.WordsOf([list]);
        var element = list.First is null ? "ul" : "ol";
        var start = list.First is null or 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" start=\"{list.First}\"");
        var digits = list.First is null ? 0 : list.Numbers.Max(number => number.ToString(CultureInfo.InvariantCulture).Length);
        var attributes = AttributesOfList(element, listLevel > 0, digits > UsualDigits ? digits : 0);
        Html.Append(CultureInfo.InvariantCulture, $"<{element}{start}{Turned(words, attributes)}>\n");
        listLevel++;
        Within(words, () => WriteItems(list));
        listLevel--;
        Html.Append(CultureInfo.InvariantCulture, $"</{element}>\n");
    }

    private void WriteItems(IssueBlock.Listing list)
    {
        for (var index = 0; index < list.Items.Count; index++)
        {
            var leaps = index > 0 && list.First is not null && list.Numbers[index] != list.Numbers[index - 1] + 1;
            var value = leaps ? string.Create(CultureInfo.InvariantCulture, $" value=\"{list.Numbers[index]}\"") : "";
            Html.Append(CultureInfo.InvariantCulture, $"<li{value}{AttributesOfItem(index == 0 && listLevel == 1)}>");
            foreach (var block in list.Items[index])
            {
                if (!list.Loose && block is IssueBlock.Paragraph line)
                    WriteLine(line.Text);
                else
                    Write(block);
            }
            Html.Append("</li>\n");
        }
    }

    // The item itself keeps the direction of its list, because its number or bullet would otherwise be outside the column.
    private void WriteLine(IReadOnlyList<IssueSpan> text)
    {
        var words = IssueSpan.WordsOf(text);
        var turned = TextDirection.OfText(words, Direction) != Direction;
        if (turned)
            Html.Append(CultureInfo.InvariantCulture, $"<span dir=\"{TextDirection.OfText(words, Direction)}\">");
        Within(words, () => WriteSpans(text));
        if (turned)
            Html.Append("</span>");
    }

    private void WriteTable(IssueBlock.Table table)
    {
        var all = IssueBlock.WordsOf([table]);
        Html.Append(CultureInfo.InvariantCulture, $"<table{Turned(all, AttributesOf("table"))}>\n");
        Within(all, () =>
        {
            if (table.Head.Any(cell => cell.Count > 0)) // Markdown has no tables without a head, so authors leave it empty
            {
                Html.Append("<thead>\n");
                WriteRow(table, table.Head, isHead: true);
                Html.Append("</thead>\n");
            }
            Html.Append("<tbody>\n");
            foreach (var row in table.Rows)
                WriteRow(table, row, isHead: false);
        });
        Html.Append("</tbody>\n</table>\n");
    }

    private void WriteRow(IssueBlock.Table table, IReadOnlyList<IReadOnlyList<IssueSpan>> cells, bool isHead)
    {
        // An empty cell in the head is written as a td, because screen readers expect a th to have text.
        Html.Append("<tr>");
        foreach (var (alignment, cell) in table.Columns.Zip(cells))
        {
            var element = isHead && cell.Count > 0 ? "th" : "td";
            var words = IssueSpan.WordsOf(cell);
            var isWide = words.Split([' ', '\u00A0']).Any(word => word.Length > LettersAcross / table.Columns.Count);
            var attributes = AttributesOfCell(alignment, isHead, isWide, words.Length > LettersAcross);
            Html.Append(CultureInfo.InvariantCulture,
                $"<{element}{(element == "th" ? " scope=\"col\"" : "")}{Turned(words, attributes)}>");
            Within(words, () => WriteSpans(cell));
            Html.Append(CultureInfo.InvariantCulture, $"</{element}>");
        }
        Html.Append("</tr>\n");
    }

    /// <summary>Writes the notes as a list. Each note ends with links back to its references in the text.</summary>
    protected void WriteNotes(IssueBlock.Footnotes footnotes)
    {
        Html.Append(CultureInfo.InvariantCulture, $"<ol{AttributesOf("ol")}>\n");
        foreach (var note in footnotes.Notes)
        {
            Html.Append(CultureInfo.InvariantCulture, $"<li id=\"fn-{note.Number}\"{AttributesOfItem(note == footnotes.Notes[0])}>");
            if (note.Blocks is [IssueBlock.Paragraph line])
                WriteLine(line.Text);
            else
                WriteAll(note.Blocks);
            for (var reference = 1; reference <= note.References; reference++)
                Html.Append(CultureInfo.InvariantCulture,
                    $" <a href=\"#{NameOf(note.Number, reference)}\"{AttributesOf("a")}>↩\uFE0E</a>");
            Html.Append("</li>\n");
        }
        Html.Append("</ol>\n");
    }

    private static string NameOf(int number, int reference) =>
        string.Create(CultureInfo.InvariantCulture, $"fnref-{number}{(reference > 1 ? $"-{reference}" : "")}");

    protected void WriteSpans(IReadOnlyList<IssueSpan> spans)
    {
        for (var at = 0; at < spans.Count; at++)
        {
            if (at > 0 && spans[at] is IssueSpan.FootnoteMark && spans[at - 1] is IssueSpan.FootnoteMark)
                Html.Append(CultureInfo.InvariantCulture, $"<sup{AttributesOf("sup")}>,</sup>"); // else 1 and 2 would look like 12
            WriteSpan(spans[at]);
        }
    }

    private void WriteSpan(IssueSpan span)
    {
        switch (span)
        {
            case IssueSpan.Words words: Html.Append(Encode(words.Text)); break;
            case IssueSpan.Strong strong: WriteInline("strong", strong.Text); break;
            case IssueSpan.Emphasis emphasis:
                WriteInline("em", emphasis.Text, ScriptTraits.HasItalics(IssueSpan.WordsOf(emphasis.Text)) ? "" : UprightEmphasis);
                break;
            case IssueSpan.Struck struck: WriteInline("s", struck.Text); break;
            case IssueSpan.Subscript low: WriteInline("sub", low.Text); break;
            case IssueSpan.Superscript high: WriteInline("sup", high.Text); break;
            case IssueSpan.FootnoteMark(var number, var reference):
                Html.Append(CultureInfo.InvariantCulture, $"<sup{AttributesOf("sup")}><a id=\"{NameOf(number, reference)}\" ")
                    .Append(CultureInfo.InvariantCulture, $"href=\"#fn-{number}\"{AttributesOf("a")}>{number}</a></sup>");
                break;
            case IssueSpan.Link link: WriteInline("a", link.Text, $" href=\"{Encode(link.Url)}\""); break;
            case IssueSpan.Code code:
                WriteInline("code", [new IssueSpan.Words(code.Text)], Direction == "rtl" ? " dir=\"ltr\"" : "");
                break;
            case IssueSpan.LineBreak: Html.Append("<br>\n"); break;
            case IssueSpan.InlinePicture inline:
                Html.Append(inline.Picture.Photo is null ? Encode(inline.Picture.MissingNote(Language))
                : InlineImageOf(inline.Picture)); break;
        }
    }

    private void WriteInline(string element, IReadOnlyList<IssueSpan> text, string attributes = "")
    {
        Html.Append(CultureInfo.InvariantCulture, $"<{element}{attributes}{AttributesOf(element)}>");
        WriteSpans(text);
        Html.Append(CultureInfo.InvariantCulture, $"</{element}>");
    }
}
