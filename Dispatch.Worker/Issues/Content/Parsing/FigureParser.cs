using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Photos;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>Reads pictures: finds each among the issue's photos, and splits its title into caption and credit.</summary>
internal sealed partial class FigureParser(IReadOnlyDictionary<string, IssuePhoto> photos, string language, LinkTargets targets,
    Func<ContainerInline, string> plainWords, Action<FaultSeverity, MarkdownObject, string, string> note,
    Action<MarkdownObject, string> noteSlips)
{
    // From this many times its width, a picture's height leaves it half of the column's width or less in email.
    private const int TooTall = 4;

    /// <summary>Returns the figures of a paragraph that contains only pictures. Returns none for any other paragraph.</summary>
    public IReadOnlyList<IssueBlock> Read(ContainerInline? text)
    {
        if (text is null || !text.All(inline => IsBlank(inline) || PictureOf(inline) is not null))
            return [];
        return [.. text.Where(inline => PictureOf(inline) is not null)
            .Select(inline => ReadFigure(PictureOf(inline)!, inline as LinkInline))];
    }

    /// <summary>Reads a picture within a paragraph.</summary>
    public IssueSpan.InlinePicture ReadInline(LinkInline image)
    {
        if (image.Title is { Length: > 0 })
            note(FaultSeverity.Warning, image, "caption-lost",
                $"the caption and credit of '{SpanParser.Start(image.Url ?? "")}' are not shown inside a paragraph: leave an empty line "
                    + "above and below the picture");
        return new(ReadPicture(image, ""));
    }

    /// <summary>Whether an inline is only space between others.</summary>
    public static bool IsBlank(Inline inline) =>
        inline is LineBreakInline
        || (inline is LiteralInline literal && literal.Content.AsSpan().Trim("\u200B\u200E\u200F\u2060").IsWhiteSpace());

    // Returns the inline itself if it is a picture, or the picture if a link contains nothing else.
    private static LinkInline? PictureOf(Inline inline) => inline switch
    {
        LinkInline { IsImage: true } image => image,
        LinkInline { IsAutoLink: false } link when link.Where(inner => !IsBlank(inner)).ToList() is [LinkInline { IsImage: true } image]
            => image,
        _ => null,
    };

    private IssueBlock.Figure ReadFigure(LinkInline image, LinkInline? around)
    {
        var title = image.Title ?? "";
        var bar = title.LastIndexOfAny(['|', '｜']);
        var (caption, credit) = bar < 0 ? (title.Trim(), "") : (title[..bar].Trim(), title[(bar + 1)..].Trim());
        if (Size().IsMatch(caption))
            note(FaultSeverity.Warning, image, "attributes",
                $"readers would see '{caption}' as the caption: pictures are as wide as the text, so leave the size out");
        if (IsPlaceholder(caption, "Caption"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"the caption of '{SpanParser.Start(image.Url ?? "")}' is still the word '{caption}': write one, or leave it out");
        if (IsPlaceholder(credit, "Credit"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"the credit of '{SpanParser.Start(image.Url ?? "")}' is still the word '{credit}': say whose picture it is, or leave it "
                    + "out");
        noteSlips(image, caption);
        noteSlips(image, credit);
        var url = around is null || around == image ? null : targets.AddressOf(around, around.Url ?? "");
        return new IssueBlock.Figure(ReadPicture(image, caption), caption, credit, url);
    }

    private Picture ReadPicture(LinkInline image, string caption)
    {
        var reference = image.Url ?? "";
        var alt = plainWords(image).Trim();
        noteSlips(image, alt);
        if (IsPlaceholder(alt, "What it shows", "Alt", "Alt text"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"'{alt}' does not say what the picture '{SpanParser.Start(reference)}' shows: describe it for readers who can't see it");
        else if (alt.Length == 0)
            note(FaultSeverity.Warning, image, "picture-alt",
                $"the picture '{reference}' has no alt text: say what it shows, as in ![what it shows]({reference}), for readers who "
                    + "can't see it");
        // An alt text that repeats the caption is replaced, because a screen reader would read the same sentence twice.
        else if (string.Equals(alt, caption, StringComparison.OrdinalIgnoreCase))
            alt = PictureWords.Photo(language);
        var photo = FindPhoto(image, reference);
        if (photo is { Width: > 0 } && photo.Height > TooTall * photo.Width)
            note(FaultSeverity.Warning, image, "picture-tall",
                $"the picture '{SpanParser.Start(reference)}' is so tall that emails show it narrow, and its details are hard to see: "
                    + "divide it into several");
        return new Picture(reference, photo, alt);
    }

    // Placeholders that our own hints and examples use, such as "Caption". No author wants readers to see them.
    private static bool IsPlaceholder(string words, params ReadOnlySpan<string> offered)
    {
        foreach (var placeholder in offered)
            if (words.Equals(placeholder, StringComparison.OrdinalIgnoreCase)
                || words.Equals($"{placeholder}…", StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    private IssuePhoto? FindPhoto(LinkInline image, string reference)
    {
        var isElsewhere = Scheme().IsMatch(reference);
        if (!isElsewhere && PhotoNames.For(reference).Select(photos.GetValueOrDefault).FirstOrDefault(one => one is not null) is { } found)
            return found;
        note(FaultSeverity.Error, image, "picture-missing", isElsewhere
            ? $"upload the picture '{SpanParser.Start(reference)}' here instead: one from another site would tell that site who reads the "
                + "issue"
            : $"no picture named '{reference}' has been uploaded: add it, or correct the name");
        return null;
    }

    [GeneratedRegex("^=[0-9]*%?x?[0-9]*%?$")]
    private static partial Regex Size();

    [GeneratedRegex("^(?:[a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
