using Dispatch.Templates;
using Dispatch.Worker.Issues.Content.Parsing;
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
    /// <param name="look">What the newsletter and the issue decide about how it looks, or null for the usual.</param>
    public static IssueContent Render(string markdown, IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl,
        string language = "en", IssueLook? look = null)
    {
        look ??= new();
        var (picture, pictureFaults) = FeatureOf(look.Picture, new IssueParser(photos, siteUrl, language));
        var reader = new IssueParser(photos, siteUrl, language);
        // An unreadable text is replaced by a message, because it could be a megabyte of brackets. Its author can still fix it in the
        // editor.
        var read = reader.Read(markdown);
        IReadOnlyList<IssueBlock> blocks = [.. picture, .. read ?? [InPlaceOf(reader.Faults[0])]];
        if (look.SmartTypography && read is not null)
            blocks = Typography.Of(blocks, language);
        return new IssueContent(
            new MailHtmlWriter(language, look.Accent).Write(blocks),
            new WebHtmlWriter(language).Write(blocks),
            new PlainTextWriter(language).Write(blocks),
            [.. pictureFaults, .. reader.Faults.OrderBy(fault => fault.Line ?? (fault.Rule == "more" ? int.MaxValue : 0))])
        {
            Unreadable = read is null,
            Opening = OpeningOf(blocks),
        };
    }

    // A fault in the picture's field has no line.
    private static (IEnumerable<IssueBlock> Blocks, IEnumerable<ContentFault> Faults) FeatureOf(string field, IssueParser parser)
    {
        if (field.Length == 0)
            return ([], []);
        var read = parser.Read(FeaturePicture.MarkdownOf(field)) ?? [];
        var faults = parser.Faults.Select(fault => fault with { Line = null, Message = $"The feature picture: {fault.Message}" });
        return read is [IssueBlock.Figure figure] ? ([figure], faults) : ([], faults.Append(new ContentFault(FaultSeverity.Error, null,
            "picture-feature", "The feature picture isn't a picture: write its name, such as photos/border.jpg, or "
                + "![what it shows](photos/border.jpg \"caption | credit\").")));
    }

    private static string OpeningOf(IEnumerable<IssueBlock> blocks) => PlainText.Beginning(IssueBlock.WordsOf(blocks.Where(block =>
        block is IssueBlock.Paragraph or IssueBlock.Quote or IssueBlock.Callout or IssueBlock.Listing)));

    private static IssueBlock.Paragraph InPlaceOf(ContentFault fault) => new([new IssueSpan.Words($"[{fault.InWords()}]")]);
}
