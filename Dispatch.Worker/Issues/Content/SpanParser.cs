using System.Text;
using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Photos;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Reads inline text. Resolves pictures and URLs. Refuses HTML and all schemes except http, https and mailto.</summary>
internal sealed partial class SpanParser(
    IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl, Action<FaultSeverity, MarkdownObject, string, string> note)
{
    public IReadOnlyList<IssueSpan> Read(ContainerInline? text)
    {
        var (spans, words) = (new List<IssueSpan>(), new StringBuilder());
        foreach (var inline in text ?? [])
        {
            if (WordsOf(inline) is { } some)
            {
                words.Append(some);
                continue;
            }
            Flush();
            spans.AddRange(ReadSpan(inline));
        }
        Flush();
        return spans;

        void Flush()
        {
            if (words.Length > 0)
                spans.Add(new IssueSpan.Words(WithDashes(words.ToString())));
            words.Clear();
        }
    }

    /// <summary>Returns the figures of a paragraph that contains only pictures. For any other paragraph, returns no figures.</summary>
    public IReadOnlyList<IssueBlock> ReadFigures(ContainerInline? text)
    {
        if (text is null || !text.All(inline => inline is LinkInline { IsImage: true } or LineBreakInline))
            return [];
        return [.. text.OfType<LinkInline>().Select(ReadFigure)];
    }

    /// <summary>Returns the beginning of a source text, to identify it in a message.</summary>
    public static string Start(string source) =>
        source.ReplaceLineEndings(" ") is { Length: > 40 } long_ ? long_[..40] + "…" : source.ReplaceLineEndings(" ");

    private IssueBlock ReadFigure(LinkInline image)
    {
        var title = WithDashes(image.Title ?? "");
        var bar = title.LastIndexOf('|');
        var (caption, credit) = bar < 0 ? (title.Trim(), "") : (title[..bar].Trim(), title[(bar + 1)..].Trim());
        if (IsPlaceholder(caption, "Caption"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"the caption of '{Start(image.Url ?? "")}' is still the word '{caption}': write one, or leave it out");
        if (IsPlaceholder(credit, "Credit"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"the credit of '{Start(image.Url ?? "")}' is still the word '{credit}': say whose picture it is, or leave it out");
        return new IssueBlock.Figure(ReadPicture(image, caption), caption, credit);
    }

    private Picture ReadPicture(LinkInline image, string caption)
    {
        var reference = image.Url ?? "";
        var alt = WithDashes(PlainWords(image)).Trim();
        if (IsPlaceholder(alt, "What it shows", "Alt", "Alt text"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"'{alt}' does not say what the picture '{Start(reference)}' shows: describe it for readers who can't see it");
        else if (alt.Length == 0)
            note(FaultSeverity.Warning, image, "picture-alt",
                $"expected words for those who do not see the picture '{reference}', got none");
        // An alt text that repeats the caption is replaced. Otherwise a screen reader, or a client with pictures off, would give the
        // sentence twice.
        else if (string.Equals(alt, caption, StringComparison.OrdinalIgnoreCase))
            alt = "Photo";
        return new Picture(reference, FindPhoto(image, reference), alt);
    }

    // Whether these words are a suggestion of ours or come from an example. No author means such words for readers.
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
            ? $"expected one of the issue's own photos, got '{Start(reference)}': a picture from elsewhere would tell that site who reads"
            : $"expected a photo '{reference}' with the issue, got none of that name");
        return null;
    }

    private IEnumerable<IssueSpan> ReadSpan(Inline inline) => inline switch
    {
        EmphasisInline { DelimiterCount: >= 2 } strong => [new IssueSpan.Strong(Read(strong))],
        EmphasisInline emphasis => [new IssueSpan.Emphasis(Read(emphasis))],
        CodeInline code => [new IssueSpan.Code(code.Content)],
        LineBreakInline { IsHard: true } => [new IssueSpan.LineBreak()],
        LinkInline { IsImage: true } image => [new IssueSpan.InlinePicture(ReadPicture(image, ""))],
        LinkInline link => ReadLink(link, link.Url ?? "", Read(link)),
        AutolinkInline auto => ReadLink(auto, auto.IsEmail ? "mailto:" + auto.Url : auto.Url, [new IssueSpan.Words(auto.Url)]),
        ContainerInline container => Read(container),
        _ => [],
    };

    private IReadOnlyList<IssueSpan> ReadLink(MarkdownObject where, string url, IReadOnlyList<IssueSpan> text)
    {
        if (AddressOf(where, url.Trim()) is not { } address)
            return text;
        if (text.Count > 0)
            return [new IssueSpan.Link(address, text)];
        note(FaultSeverity.Warning, where, "link-text", "expected words to click on, got none; the address is shown instead");
        return [new IssueSpan.Link(address, [new IssueSpan.Words(address)])];
    }

    private string? AddressOf(MarkdownObject where, string url)
    {
        if (url.Length == 0)
            note(FaultSeverity.Error, where, "link-empty", "expected an address for the link, got none");
        else if (url[0] == '#')
            note(FaultSeverity.Warning, where, "link-fragment",
                $"a link within the issue ('{Start(url)}') leads nowhere in a mail; its words are kept");
        // The scheme is checked again after resolving, because a browser follows the resolved URL and not the text as written.
        else if (!Uri.TryCreate(siteUrl, url, out var address) || address.Scheme is not ("http" or "https" or "mailto"))
            note(FaultSeverity.Error, where, "link-scheme",
                $"expected an http, https or mailto address, got '{Start(url)}'; its words are kept");
        else
        {
            if (address.Scheme == "http" && address.Host != siteUrl.Host)
                note(FaultSeverity.Warning, where, "link-insecure",
                    $"expected https, got '{Start(url)}': anyone on the way can read and change what it shows");
            return address.AbsoluteUri;
        }
        return null;
    }

    // Returns the words of plain inline text, or null for any other kind.
    private string? WordsOf(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal: return literal.Content.ToString();
            case HtmlEntityInline entity: return entity.Transcoded.ToString();
            case LineBreakInline { IsHard: false }: return " ";
            case HtmlInline html when html.Tag.StartsWith("<!--", StringComparison.Ordinal):
                note(FaultSeverity.Warning, html, "comment", "a comment is left out of the issue");
                return "";
            case HtmlInline html:
                note(FaultSeverity.Error, html, "raw-html",
                    $"expected Markdown, got HTML ({Start(html.Tag)}); readers would see it as text");
                return html.Tag;
            default: return null;
        }
    }

    private string PlainWords(ContainerInline text) => string.Concat(text.Select(inline =>
        WordsOf(inline) ?? (inline switch { ContainerInline inner => PlainWords(inner), CodeInline code => code.Content, _ => "" })));

    // A no-break space ties the dash to the word before it, so no line begins with a dash.
    private static string WithDashes(string text) => WireDash().Replace(text, match => match.Value.Length > 2 ? "\u00A0—" : "—");

    [GeneratedRegex(@"(?:^|[ \u00A0])--(?=\s|$)")]
    private static partial Regex WireDash();

    [GeneratedRegex("^(?:[a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();
}
