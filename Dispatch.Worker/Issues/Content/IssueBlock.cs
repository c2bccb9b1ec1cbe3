using Dispatch.Templates.Languages;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Content;

/// <summary>A block of an issue's text, such as a heading or a table. Its URLs are absolute and have a safe scheme.</summary>
internal abstract record IssueBlock
{
    /// <summary>
    /// A heading. Level 2 is an article's headline, and deeper levels are its sections. Level 1 is reserved for the issue's subject.
    /// </summary>
    public sealed record Heading(int Level, IReadOnlyList<IssueSpan> Text) : IssueBlock;

    public sealed record Paragraph(IReadOnlyList<IssueSpan> Text) : IssueBlock;

    /// <param name="Picture">The picture.</param>
    /// <param name="Caption">The words below it, or an empty text.</param>
    /// <param name="Credit">Whose picture it is, or an empty text.</param>
    /// <param name="Url">The target of the picture's link, or null if it has no link.</param>
    public sealed record Figure(Picture Picture, string Caption, string Credit, string? Url = null) : IssueBlock;

    /// <summary>The separator between two articles.</summary>
    public sealed record Rule : IssueBlock;

    public sealed record Quote(IReadOnlyList<IssueBlock> Blocks) : IssueBlock;

    /// <param name="First">The number of the first item, or null for a list without numbers.</param>
    /// <param name="Loose">Whether the items are paragraphs rather than lines.</param>
    /// <param name="Items">The blocks of each item.</param>
    public sealed record Listing(int? First, bool Loose, IReadOnlyList<IReadOnlyList<IssueBlock>> Items) : IssueBlock
    {
        /// <summary>The number of each item. Empty for a list without numbers.</summary>
        public IReadOnlyList<int> Numbers { get; init; } = [];
    }

    public sealed record Code(string Text) : IssueBlock;

    /// <summary>Text in a box of its own.</summary>
    public sealed record Callout(IReadOnlyList<IssueBlock> Blocks) : IssueBlock;

    /// <summary>A link that stands out as a button, alone in its paragraph.</summary>
    public sealed record Button(string Url, IReadOnlyList<IssueSpan> Text) : IssueBlock;

    /// <param name="Columns">How the cells of each column are aligned.</param>
    /// <param name="Head">The headings, one for each column.</param>
    /// <param name="Rows">The rows, each with one cell for each column.</param>
    public sealed record Table(
        IReadOnlyList<ColumnAlignment> Columns,
        IReadOnlyList<IReadOnlyList<IssueSpan>> Head,
        IReadOnlyList<IReadOnlyList<IReadOnlyList<IssueSpan>>> Rows) : IssueBlock;

    /// <summary>The footnotes of the issue, after its text.</summary>
    public sealed record Footnotes(IReadOnlyList<Footnote> Notes) : IssueBlock;

    /// <summary>Returns the words that readers see in these blocks, without code.</summary>
    public static string WordsOf(IEnumerable<IssueBlock> blocks) => string.Join(' ', blocks.Select(block => block switch
    {
        Heading heading => IssueSpan.WordsOf(heading.Text),
        Paragraph paragraph => IssueSpan.WordsOf(paragraph.Text),
        Button button => IssueSpan.WordsOf(button.Text),
        Figure figure => $"{figure.Caption} {figure.Credit}",
        Quote quote => WordsOf(quote.Blocks),
        Callout callout => WordsOf(callout.Blocks),
        Listing list => string.Join(' ', list.Items.Select(WordsOf)),
        Table table => string.Join(' ', table.Rows.Prepend(table.Head).SelectMany(row => row.Select(IssueSpan.WordsOf))),
        _ => "",
    }));
}

/// <summary>A footnote, its number from 1, and how often the text refers to it.</summary>
internal sealed record Footnote(int Number, int References, IReadOnlyList<IssueBlock> Blocks);

/// <summary>The alignment of a table's column. Start is the side on which lines begin in the issue's language.</summary>
internal enum ColumnAlignment
{
    Start,
    Center,
    End,
}

/// <summary>A part of an inline text.</summary>
internal abstract record IssueSpan
{
    public sealed record Words(string Text) : IssueSpan
    {
        /// <summary>
        /// The text with U+FFFC in place of each character after a backslash, which typography leaves as it is. Null if there is none.
        /// </summary>
        public string? AsTyped { get; init; }
    }

    public sealed record Strong(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Emphasis(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Struck(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Subscript(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Superscript(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    /// <param name="Number">The footnote's number, from 1.</param>
    /// <param name="Reference">The position of this reference among the references to the note, from 1.</param>
    public sealed record FootnoteMark(int Number, int Reference) : IssueSpan;

    public sealed record Link(string Url, IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Code(string Text) : IssueSpan;

    public sealed record LineBreak : IssueSpan;

    public sealed record InlinePicture(Picture Picture) : IssueSpan;

    /// <summary>Returns the words of a text without its marks and pictures.</summary>
    public static string WordsOf(IEnumerable<IssueSpan> text) => string.Concat(text.Select(span => span switch
    {
        Words words => words.Text,
        Code code => code.Text,
        Strong strong => WordsOf(strong.Text),
        Emphasis emphasis => WordsOf(emphasis.Text),
        Struck struck => WordsOf(struck.Text),
        Subscript low => WordsOf(low.Text),
        Superscript high => WordsOf(high.Text),
        Link link => WordsOf(link.Text),
        LineBreak => " ",
        _ => "",
    }));
}

/// <summary>A picture that the text refers to. <paramref name="Photo"/> is null if the issue has no picture of that name.</summary>
internal sealed record Picture(string Reference, IssuePhoto? Photo, string Alt)
{
    /// <summary>Returns the text that a preview shows in place of a missing picture, in the language of the issue.</summary>
    public string MissingNote(string language) => $"[{Texts.Of(language)["issue.picture-missing", ("name", Reference)]}]";
}
