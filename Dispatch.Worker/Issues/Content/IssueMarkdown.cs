using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Turns a correspondent's Markdown into an issue's content. The Markdown is parsed once into <see cref="IssueBlock"/>s. Parsing finds the
/// pictures, checks the links and refuses raw HTML, so none of the three writers has to.
/// </summary>
public static class IssueMarkdown
{
    /// <param name="markdown">The issue's body, without front matter.</param>
    /// <param name="photos">The issue's pictures by their names in the Markdown (<c>photos/x.jpg</c>).</param>
    /// <param name="siteUrl">The base of relative links.</param>
    public static IssueContent Render(string markdown, IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl)
    {
        var reader = new IssueParser(photos, siteUrl);
        // Unreadable text is replaced by a message and not shown raw, because it could be a megabyte of brackets. The editor still has it,
        // so its author can fix it.
        var read = reader.Read(markdown);
        var blocks = read ?? [InPlaceOf(reader.Faults[0])];
        return new IssueContent(
            new MailHtmlWriter().Write(blocks),
            new WebHtmlWriter().Write(blocks),
            new PlainTextWriter().Write(blocks),
            [.. reader.Faults.OrderBy(fault => fault.Line ?? (fault.Rule == "more" ? int.MaxValue : 0))])
        {
            Unreadable = read is null,
        };
    }

    private static IssueBlock.Paragraph InPlaceOf(ContentFault fault) => new([new IssueSpan.Words($"[{fault.InWords()}]")]);
}
