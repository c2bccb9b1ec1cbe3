using Dispatch.Templates;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Turns a correspondent's Markdown into an issue's content. The Markdown is parsed once into <see cref="IssueBlock"/>s. The parser finds
/// the pictures, checks the links and refuses raw HTML, so the three writers don't have to.
/// </summary>
public static class IssueMarkdown
{
    /// <param name="markdown">The issue's body, without front matter.</param>
    /// <param name="photos">The issue's pictures by their names in the Markdown (<c>photos/x.jpg</c>).</param>
    /// <param name="siteUrl">The base of relative links.</param>
    /// <param name="language">The issue's language, as a BCP 47 tag.</param>
    public static IssueContent Render(
        string markdown, IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl, string language = "en")
    {
        var reader = new IssueParser(photos, siteUrl, language);
        // An unreadable text is replaced by a message, because it could be a megabyte of brackets. Its author can still fix it in the
        // editor.
        var read = reader.Read(markdown);
        var blocks = read ?? [InPlaceOf(reader.Faults[0])];
        return new IssueContent(
            new MailHtmlWriter(language).Write(blocks),
            new WebHtmlWriter(language).Write(blocks),
            new PlainTextWriter(language).Write(blocks),
            [.. reader.Faults.OrderBy(fault => fault.Line ?? (fault.Rule == "more" ? int.MaxValue : 0))])
        {
            Unreadable = read is null,
            Opening = OpeningOf(blocks),
        };
    }

    // Inboxes show about 140 letters beside the subject.
    private static string OpeningOf(IEnumerable<IssueBlock> blocks)
    {
        const int longest = 140;
        var text = PlainText.OneLine(IssueBlock.WordsOf(blocks.Where(block =>
            block is IssueBlock.Paragraph or IssueBlock.Quote or IssueBlock.Callout or IssueBlock.Listing)));
        if (text.Length <= longest)
            return text;
        var cut = text.LastIndexOf(' ', longest) is > longest / 2 and var space ? space : longest;
        return text[..(char.IsLowSurrogate(text[cut]) ? cut - 1 : cut)].TrimEnd(' ', ',', '.', ':', ';', '–') + "…";
    }

    private static IssueBlock.Paragraph InPlaceOf(ContentFault fault) => new([new IssueSpan.Words($"[{fault.InWords()}]")]);
}
