using System.Globalization;
using Dispatch.Templates;
using Dispatch.Templates.Languages;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Writes an issue the way a person would type it in plain text. Headings are underlined, a picture becomes its caption, and *bold* and
/// _italics_ are marked. A link becomes a number, with its URL at the end of the article.
/// </summary>
internal sealed class PlainTextWriter(string language)
{
    private const string ArticleEnd = "* * *";

    private readonly List<string> parts = [];
    private readonly Dictionary<string, int> notes = new(StringComparer.Ordinal);
    private int lastNote;

    public string Write(IReadOnlyList<IssueBlock> blocks)
    {
        foreach (var block in blocks)
        {
            if (block is IssueBlock.Rule)
                EndArticle();
            parts.Add(TextOf(block, PlainText.Width));
        }
        EndArticle();
        return string.Join("\n\n", parts.Where(part => part.Length > 0)) + "\n";
    }

    private void EndArticle()
    {
        parts.Add(string.Join('\n', notes.Select(note => $"[{note.Value}] {note.Key}")));
        notes.Clear();
    }

    private string TextOf(IssueBlock block, int width) => block switch
    {
        IssueBlock.Heading heading => Heading(heading, width),
        IssueBlock.Paragraph paragraph => Lines(TextOf(paragraph.Text), width),
        IssueBlock.Figure figure => PlainText.Wrap(figure.Url is { } url
            ? WithNote(Photo(figure.Picture, figure.Caption, figure.Credit), url)
            : Photo(figure.Picture, figure.Caption, figure.Credit), width: width),
        IssueBlock.Callout callout => Prefixed(All(callout.Blocks, width - 2, "\n\n"), "| ", "| "),
        IssueBlock.Button button => PlainText.Wrap(
            Texts.Of(language).Labeled(TextOf(button.Text), Shown(button.Url)), width: width),
        IssueBlock.Table table => PlainTable.Of(
            [.. table.Columns], Cells(table.Head), [.. table.Rows.Select(Cells)], width, language),
        IssueBlock.Footnotes footnotes => string.Join('\n', footnotes.Notes.Select(note =>
            Prefixed(All(note.Blocks, width - 3, "\n\n"), $"{Scripts.Raised(note.Number)} ", "  "))),
        IssueBlock.Rule => new string(' ', (PlainText.Width - ArticleEnd.Length) / 2) + ArticleEnd,
        IssueBlock.Quote quote => Prefixed(All(quote.Blocks, width - 2, "\n\n"), "> ", "> "),
        IssueBlock.Listing list => List(list, width),
        IssueBlock.Code code => Prefixed(PlainText.Clean(code.Text), "    ", "    "),
        _ => "",
    };

    private string All(IReadOnlyList<IssueBlock> blocks, int width, string between) =>
        string.Join(between, blocks.Select(block => TextOf(block, width)).Where(text => text.Length > 0));

    private string Heading(IssueBlock.Heading heading, int width)
    {
        var text = Lines(TextOf(heading.Text), width);
        var longest = text.Split('\n').Max(PlainText.WidthOf);
        return text + "\n" + new string(heading.Level switch { 2 => '=', 3 => '-', _ => '.' }, longest);
    }

    private string Photo(Picture picture, string caption, string credit)
    {
        if (picture.Photo is null)
            return picture.MissingNote(language);
        return PlainText.Clean(PictureWords.InPlace(language, caption.Length > 0 ? caption : picture.Alt, credit));
    }

    private string List(IssueBlock.Listing list, int width)
    {
        var items = list.Items.Select((item, index) =>
        {
            var bullet = list.First is null ? "- " : string.Create(CultureInfo.InvariantCulture, $"{list.Numbers[index]}. ");
            return Prefixed(All(item, width - bullet.Length, list.Loose ? "\n\n" : "\n"), bullet, new string(' ', bullet.Length));
        });
        return string.Join(list.Loose ? "\n\n" : "\n", items);
    }

    private static string Prefixed(string text, string first, string next) =>
        string.Join('\n', text.Split('\n').Select((line, i) => ((i == 0 ? first : next) + line).TrimEnd()));

    private static string Lines(string text, int width) =>
        string.Join('\n', text.Split('\n').Select(line => PlainText.Wrap(line, width: width)));

    // A comma divides two notes at one place, which would otherwise look like ¹².
    private string TextOf(IReadOnlyList<IssueSpan> spans) => string.Concat(spans.Select((span, at) =>
        (at > 0 && span is IssueSpan.FootnoteMark && spans[at - 1] is IssueSpan.FootnoteMark ? "," : "") + TextOf(span)));

    private string TextOf(IssueSpan span) => span switch
    {
        IssueSpan.Words words => PlainText.Clean(words.Text),
        IssueSpan.Strong strong => Marked(TextOf(strong.Text), '*'),
        IssueSpan.Emphasis emphasis => Marked(TextOf(emphasis.Text), '_'),
        IssueSpan.Struck struck => $"~{TextOf(struck.Text)}~",
        IssueSpan.Subscript low => Scripts.Lowered(TextOf(low.Text)),
        IssueSpan.Superscript high => Scripts.Raised(TextOf(high.Text)),
        IssueSpan.FootnoteMark mark => Scripts.Raised(mark.Number),
        IssueSpan.Link link => WithNote(TextOf(link.Text), link.Url),
        IssueSpan.Code code => PlainText.Clean(code.Text),
        IssueSpan.LineBreak => "\n",
        IssueSpan.InlinePicture inline => Photo(inline.Picture, "", ""),
        _ => "",
    };

    private static string Marked(string text, char mark) => text.Trim().Length == 0 || text.Contains('\n') ? text : $"{mark}{text}{mark}";

    private string[] Cells(IReadOnlyList<IReadOnlyList<IssueSpan>> cells) =>
        [.. cells.Select(cell => TextOf(cell).Replace('\n', ' ').Replace('\u00A0', ' ').Trim())];

    // Mail and phone links are shown without their scheme. A mail link's subject follows the address.
    private static string Shown(string url)
    {
        if (url.StartsWith("tel:", StringComparison.Ordinal))
            return url["tel:".Length..];
        if (!url.StartsWith("mailto:", StringComparison.Ordinal))
            return url;
        var (address, query) = url["mailto:".Length..].Split('?', 2) is [var before, var after] ? (before, after) : (url[7..], "");
        var subject = query.Split('&').FirstOrDefault(part => part.StartsWith("subject=", StringComparison.OrdinalIgnoreCase));
        return Uri.UnescapeDataString(address)
            + (subject is null ? "" : $" (“{PlainText.OneLine(PlainText.Clean(Uri.UnescapeDataString(subject["subject=".Length..])))}”)");
    }

    // A link whose text is its own URL needs no note.
    private string WithNote(string text, string url)
    {
        var shown = Shown(url);
        if (text == shown || text == url || text + "/" == url)
            return url == shown ? url : shown;
        if (text.StartsWith("www.", StringComparison.OrdinalIgnoreCase) && url.TrimEnd('/') == $"https://{text}")
            return text;
        if (!notes.TryGetValue(shown, out var number))
            notes.Add(shown, number = ++lastNote);
        return $"{text}\u00A0[{number}]";
    }
}
