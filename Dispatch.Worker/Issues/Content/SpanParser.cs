using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;
using Markdig.Extensions.Footnotes;
using Markdig.Extensions.TaskLists;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Reads inline text: resolves pictures and links, refuses HTML except line breaks, and reports probable slips of the author.
/// </summary>
internal sealed partial class SpanParser(
    IReadOnlyDictionary<string, IssuePhoto> photos, Uri siteUrl, string language,
    Action<FaultSeverity, MarkdownObject, string, string> note)
{
    private readonly LinkTargets targets = new(siteUrl, note);
    private readonly HashSet<(int Line, string Rule)> told = [];
    private bool inLink;

    /// <summary>Reads the text of a paragraph, a heading or a table's cell.</summary>
    public IReadOnlyList<IssueSpan> Read(ContainerInline? text) => Read(text, startsLine: true);

    private List<IssueSpan> Read(ContainerInline? text, bool startsLine)
    {
        var (spans, words) = (new List<IssueSpan>(), new WordRun(startsLine));
        foreach (var inline in Flat(text ?? []))
        {
            if (inline is LinkInline { IsAutoLink: true } auto)
            {
                ReadAutoLink(auto);
                continue;
            }
            if (WordsOf(inline) is { } some)
            {
                words.Add(some, inline);
                continue;
            }
            Flush();
            spans.AddRange(ReadSpan(inline));
            words.StartsLine = inline is LineBreakInline or HtmlInline;
        }
        Flush();
        return spans;

        void Flush()
        {
            if (words.Length > 0)
                spans.AddRange(ReadWords(words));
            words = new WordRun(startsLine: false);
        }

        // The parser extends an address to the next space. The address may end earlier, and the rest is then ordinary text.
        void ReadAutoLink(LinkInline auto)
        {
            var shown = auto.FirstChild is LiteralInline literal ? literal.Content.ToString() : auto.Url ?? "";
            var length = BareAddresses.LengthOf(shown);
            if (length == 0 || inLink)
            {
                words.Add(shown, auto);
                return;
            }
            Flush();
            var address = auto.Url is { } url && url.EndsWith(shown, StringComparison.Ordinal)
                ? url[..^(shown.Length - length)] : BareAddresses.WithScheme(shown[..length]);
            spans.AddRange(ReadLink(auto, address, [new IssueSpan.Words(shown[..length])]));
            words.Add(shown[length..], auto);
        }
    }

    private IEnumerable<IssueSpan> ReadWords(WordRun run)
    {
        var source = run.ForSlips;
        foreach (var slip in Slips.In(source))
            if (told.Add((run.WhereIs(slip.At).Line, slip.Rule)))
                note(slip.Severity, run.WhereIs(slip.At), slip.Rule, slip.Message);
        var (text, done) = (run.Words, 0);
        foreach (var address in inLink ? [] : BareAddresses.In(text))
        {
            if (address.At > done)
                yield return Part(done, address.At);
            done = address.At + address.Length;
            foreach (var span in ReadLink(run.WhereIs(address.At + 1), address.Url, [new IssueSpan.Words(text[address.At..done])]))
                yield return span;
        }
        if (done < text.Length)
            yield return Part(done, text.Length);

        IssueSpan.Words Part(int from, int to) => new(text[from..to])
        {
            AsTyped = source.IndexOf(WordRun.Meant, from + 1, to - from) < 0 ? null : source[(from + 1)..(to + 1)].Replace('\n', ' '),
        };
    }

    /// <summary>Returns the figures of a paragraph that contains only pictures. Returns none for any other paragraph.</summary>
    public IReadOnlyList<IssueBlock> ReadFigures(ContainerInline? text)
    {
        if (text is null || !text.All(inline => IsBlank(inline) || PictureOf(inline) is not null))
            return [];
        return [.. text.Where(inline => PictureOf(inline) is not null)
            .Select(inline => ReadFigure(PictureOf(inline)!, inline as LinkInline))];
    }

    /// <summary>
    /// Returns the buttons of a paragraph that contains only buttons, such as <c>[Words](https://example.org){.button}</c>. Returns none
    /// for any other paragraph. A button with a bad address becomes a paragraph of its words.
    /// </summary>
    public IReadOnlyList<IssueBlock> ReadButtons(ContainerInline? text)
    {
        var inlines = (text ?? []).Where(inline => !IsBlank(inline)).ToList();
        var pairs = inlines.Chunk(2).ToList();
        if (!pairs.All(pair => pair is [LinkInline { IsImage: false, IsAutoLink: false }, LiteralInline mark]
            && mark.Content.ToString().Trim() == "{.button}"))
            return [];
        return [.. pairs.Select(pair => (LinkInline)pair[0]).Select(link => ReadLink(link, link.Url ?? "", ReadWithin(link)))
            .Select(spans => spans is [IssueSpan.Link one]
                ? (IssueBlock)new IssueBlock.Button(one.Url, one.Text) : new IssueBlock.Paragraph(spans))];
    }

    private static bool IsBlank(Inline inline) =>
        inline is LineBreakInline || (inline is LiteralInline literal && literal.Content.AsSpan().IsWhiteSpace());

    // Returns the inline itself if it is a picture, or the picture if a link contains nothing else.
    private static LinkInline? PictureOf(Inline inline) => inline switch
    {
        LinkInline { IsImage: true } image => image,
        LinkInline { IsAutoLink: false } link when link.Where(inner => !IsBlank(inner)).ToList() is [LinkInline { IsImage: true } image]
            => image,
        _ => null,
    };

    /// <summary>Returns the beginning of a source text, to identify it in a message.</summary>
    public static string Start(string source) =>
        source.ReplaceLineEndings(" ") is { Length: > 40 } long_ ? long_[..40] + "…" : source.ReplaceLineEndings(" ");

    private IssueBlock.Figure ReadFigure(LinkInline image, LinkInline? around)
    {
        var title = image.Title ?? "";
        var bar = title.LastIndexOf('|');
        var (caption, credit) = bar < 0 ? (title.Trim(), "") : (title[..bar].Trim(), title[(bar + 1)..].Trim());
        if (IsPlaceholder(caption, "Caption"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"the caption of '{Start(image.Url ?? "")}' is still the word '{caption}': write one, or leave it out");
        if (IsPlaceholder(credit, "Credit"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"the credit of '{Start(image.Url ?? "")}' is still the word '{credit}': say whose picture it is, or leave it out");
        NoteLeft(image, caption);
        NoteLeft(image, credit);
        var url = around is null || around == image ? null : targets.AddressOf(around, around.Url ?? "");
        return new IssueBlock.Figure(ReadPicture(image, caption), caption, credit, url);
    }

    private Picture ReadPicture(LinkInline image, string caption)
    {
        var reference = image.Url ?? "";
        var alt = PlainWords(image).Trim();
        NoteLeft(image, alt);
        if (IsPlaceholder(alt, "What it shows", "Alt", "Alt text"))
            note(FaultSeverity.Error, image, "picture-placeholder",
                $"'{alt}' does not say what the picture '{Start(reference)}' shows: describe it for readers who can't see it");
        else if (alt.Length == 0)
            note(FaultSeverity.Warning, image, "picture-alt",
                $"the picture '{reference}' has no alt text: describe it between the brackets for readers who can't see it");
        // An alt text that repeats the caption is replaced, because a screen reader would read the same sentence twice.
        else if (string.Equals(alt, caption, StringComparison.OrdinalIgnoreCase))
            alt = PictureWords.Photo(language);
        return new Picture(reference, FindPhoto(image, reference), alt);
    }

    private void NoteLeft(LinkInline image, string words)
    {
        foreach (var slip in Slips.InField(words))
            if (told.Add((image.Line, slip.Rule)))
                note(slip.Severity, image, slip.Rule, slip.Message);
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
            ? $"upload the picture '{Start(reference)}' here instead: one from another site would tell that site who reads the issue"
            : $"no picture named '{reference}' has been uploaded: add it, or correct the name");
        return null;
    }

    private List<IssueSpan> ReadSpan(Inline inline) => inline switch
    {
        EmphasisInline { DelimiterChar: '~', DelimiterCount: 2 } struck => [new IssueSpan.Struck(Read(struck, false))],
        EmphasisInline { DelimiterChar: '~' } low => [new IssueSpan.Subscript(Read(low, false))],
        EmphasisInline { DelimiterChar: '^' } high => [new IssueSpan.Superscript(Read(high, false))],
        EmphasisInline { DelimiterCount: >= 2 } strong => [new IssueSpan.Strong(Read(strong, false))],
        EmphasisInline emphasis => [new IssueSpan.Emphasis(Read(emphasis, false))],
        CodeInline code => [new IssueSpan.Code(code.Content)],
        LineBreakInline or HtmlInline => [new IssueSpan.LineBreak()],
        LinkInline { IsImage: true } image => [ReadInlinePicture(image)],
        LinkInline link => ReadLink(link, link.Url ?? "", ReadWithin(link)),
        AutolinkInline auto => ReadLink(auto, auto.IsEmail ? "mailto:" + auto.Url : auto.Url, [new IssueSpan.Words(auto.Url)]),
        FootnoteLink { IsBackLink: false } mark => [new IssueSpan.FootnoteMark(mark.Footnote.Order,
            1 + mark.Footnote.Links.Where(link => !link.IsBackLink).ToList().IndexOf(mark))],
        ContainerInline container => Read(container, false),
        _ => [],
    };

    private IssueSpan.InlinePicture ReadInlinePicture(LinkInline image)
    {
        if (image.Title is { Length: > 0 })
            note(FaultSeverity.Warning, image, "caption-lost",
                $"the caption and credit of '{Start(image.Url ?? "")}' are not shown inside a paragraph: leave an empty line "
                    + "above and below the picture");
        return new(ReadPicture(image, ""));
    }

    // An address in the text of a link does not become a second link.
    private List<IssueSpan> ReadWithin(LinkInline link)
    {
        inLink = true;
        var spans = Read(link, false);
        inLink = false;
        return spans;
    }

    private List<IssueSpan> ReadLink(MarkdownObject where, string url, List<IssueSpan> text)
    {
        if (targets.AddressOf(where, url) is not { } address)
            return text;
        targets.Compare(where, IssueSpan.WordsOf(text), address);
        if (text.Count > 0)
            return [new IssueSpan.Link(address, text)];
        note(FaultSeverity.Warning, where, "link-text",
            "the link has no words, so readers see its address: write them between the brackets");
        return [new IssueSpan.Link(address, [new IssueSpan.Words(address)])];
    }

    // A tilde in a range (3~5), a lone caret and the asterisks of *|NAME|* are plain characters, not emphasis. So is the opening mark of a
    // link or picture that never ends.
    private static IEnumerable<Inline> Flat(ContainerInline text)
    {
        foreach (var inline in text)
        {
            var (begin, end) = inline switch
            {
                EmphasisInline { DelimiterChar: '~' or '^' or '*', DelimiterCount: 1 } mark when !IsMeant(mark) =>
                    ($"{mark.DelimiterChar}", $"{mark.DelimiterChar}"),
                DelimiterInline open => (open.ToLiteral(), ""),
                _ => (null, ""),
            };
            if (begin is null)
            {
                yield return inline;
                continue;
            }
            yield return new LiteralInline(begin) { Line = inline.Line };
            foreach (var inner in Flat((ContainerInline)inline))
                yield return inner;
            yield return new LiteralInline(end) { Line = inline.Line };
        }
    }

    private static bool IsMeant(EmphasisInline mark) => mark.DelimiterChar switch
    {
        '~' => Lowered().IsMatch(ContentOf(mark)),
        '^' => Raised().IsMatch(ContentOf(mark)),
        _ => ContentOf(mark) is not ['|', .., '|'],
    };

    private static string ContentOf(ContainerInline text) => string.Concat(text.Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        ContainerInline inner => ContentOf(inner),
        _ => " ",
    }));

    // Returns the words of plain inline text, or null for other inlines.
    private string? WordsOf(Inline inline)
    {
        switch (inline)
        {
            case LiteralInline literal: return literal.Content.ToString();
            case TaskList task: return task.Checked ? "☑" : "☐";
            case HtmlEntityInline entity: return entity.Transcoded.ToString();
            case LineBreakInline { IsHard: false }: return " ";
            case HtmlInline html when html.Tag.StartsWith("<!--", StringComparison.Ordinal):
                note(FaultSeverity.Warning, html, "comment", "a comment is left out of the issue");
                return "";
            case HtmlInline html when LineBreakTag().IsMatch(html.Tag): return null;
            case HtmlInline html when html.Tag.StartsWith("</", StringComparison.Ordinal)
                && told.Contains((html.Line, HtmlHints.RuleOf(html.Tag))):
                return html.Tag;
            case HtmlInline html:
                told.Add((html.Line, HtmlHints.RuleOf(html.Tag)));
                note(FaultSeverity.Error, html, "raw-html", HtmlHints.Message(html.Tag));
                return html.Tag;
            default: return null;
        }
    }

    private string PlainWords(ContainerInline text) => string.Concat(text.Select(inline =>
        WordsOf(inline) ?? (inline switch { ContainerInline inner => PlainWords(inner), CodeInline code => code.Content, _ => "" })));

    [GeneratedRegex("^(?:[a-z][a-z0-9+.-]*:|//)", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^<br\s*/?>$", RegexOptions.IgnoreCase)]
    private static partial Regex LineBreakTag();

    [GeneratedRegex(@"^[A-Za-z\p{IsGreek}0-9+\-−–()]{1,20}$")]
    private static partial Regex Lowered();

    [GeneratedRegex(@"^[\p{L}\p{N}+\-−–().,/]{1,20}$")]
    private static partial Regex Raised();
}
