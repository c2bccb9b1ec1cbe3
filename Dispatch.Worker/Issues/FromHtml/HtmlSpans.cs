using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Writes the text within a block as Markdown: emphasis, links, code, footnote marks and pictures in a line.</summary>
internal sealed partial class HtmlSpans(HtmlChoices choices, HtmlFootnotes footnotes)
{
    // Text nested deeper than this is written without marks. HtmlMarkdown bounds the depth of all elements.
    private const int MostNested = 20;

    private bool inLink;
    private bool inStrong;
    private bool inEmphasis;
    private int nested;

    /// <summary>Returns inline nodes as paragraphs. Two line breaks in a row begin a new paragraph.</summary>
    public IEnumerable<string> Paragraphs(IEnumerable<INode> nodes)
    {
        foreach (var paragraph in Blank().Split(Write(nodes)))
        {
            var lines = paragraph.Split(MarkdownText.Break).Select(line => Spaces().Replace(line, " ").Trim(' '))
                .Where(line => line.Trim('\u00A0').Length > 0).Select(MarkdownText.WithPlainBeginning).ToList();
            if (lines.Count > 0)
                yield return string.Join("\\\n", lines);
        }
    }

    /// <summary>Returns inline nodes as one line, such as a heading. It is empty if they contain no words.</summary>
    public string Line(IEnumerable<INode> nodes) =>
        Spaces().Replace(Write(nodes).Replace(MarkdownText.Break, ' '), " ").Trim().TrimEnd('#', ' ');

    /// <summary>Returns inline nodes as a table cell.</summary>
    public string Cell(IEnumerable<INode> nodes) => Bar().Replace(string.Join("<br>", Write(nodes).Split(MarkdownText.Break)
        .Select(line => Spaces().Replace(line, " ").Trim()).Where(line => line.Length > 0)), "\\|");

    private string Write(IEnumerable<INode> nodes)
    {
        var text = new StringBuilder();
        foreach (var node in nodes)
            text.Append(Write(node));
        return text.ToString();
    }

    private string Write(INode node)
    {
        if (node is IText words)
            return MarkdownText.Escaped(words.Data);
        if (node is not IElement element || IsNothing(element))
            return "";
        if (++nested > MostNested)
        {
            nested--;
            return MarkdownText.Escaped(element.TextContent);
        }
        var written = element.LocalName switch
        {
            "br" => MarkdownText.Break.ToString(),
            "wbr" => "",
            "img" => Picture(element),
            "a" => Link(element),
            "code" or "kbd" or "samp" or "tt" => MarkdownText.Code(element.TextContent),
            "sup" when footnotes.NumberOf(element) is null && !HasFootnote(element) => Small(element, '^'),
            "sub" => Small(element, '~'),
            "s" or "strike" or "del" => element.LocalName == "del" && element.HasAttribute("datetime") ? "" // a change that was tracked
                : MarkdownText.Marked("~~", Write(element.ChildNodes)),
            "q" => $"“{Write(element.ChildNodes).Trim()}”",
            _ => Styled(element),
        };
        nested--;
        return written;
    }

    private static bool IsNothing(IElement element) => element.LocalName is "script" or "style" or "template"
        or "svg" or "input" or "button"
        or "select" or "textarea" or "noscript" or "title" or "meta" or "link" || HtmlFigures.IsPixel(element)
        || element.ClassList.Contains("header-anchor") || element.ClassList.Contains("msocomanchor")
        || element.ClassList.Contains("MsoCommentReference") || HtmlLeftOut.IsPreviewLine(element);

    private bool HasFootnote(IElement element) => element.QuerySelectorAll("a").Any(link => footnotes.NumberOf(link) is not null);

    // Elements or styles make words bold or italic, and a style may cancel an element: documents from Google are wrapped in a b that isn't
    // bold.
    private string Styled(IElement element)
    {
        var style = element.GetAttribute("style") ?? "";
        var strong = Weight().Match(style) is { Success: true } weight
            ? weight.Groups[1].Value is "bold" or "bolder" or ['6' or '7' or '8' or '9', '0', '0']
            : element.LocalName is "b" or "strong";
        var emphasis = Slant().Match(style) is { Success: true } slant ? slant.Groups[1].Value is "italic" or "oblique"
            : element.LocalName is "i" or "em" or "cite" or "dfn" or "var";
        var struck = Through().IsMatch(style);
        (strong, emphasis) = (strong && !inStrong, emphasis && !inEmphasis);
        (inStrong, inEmphasis) = (inStrong || strong, inEmphasis || emphasis);
        var words = Write(element.ChildNodes);
        (inStrong, inEmphasis) = (inStrong && !strong, inEmphasis && !emphasis);
        if (struck)
            words = MarkdownText.Marked("~~", words);
        if (emphasis)
            words = MarkdownText.Marked("*", words);
        return strong ? MarkdownText.Marked("**", words) : words;
    }

    // Our marks for superscript and subscript allow no spaces.
    private string Small(IElement element, char mark)
    {
        var words = Write(element.ChildNodes);
        return SmallWords().IsMatch(words) ? $"{mark}{words}{mark}" : words;
    }

    private string Link(IElement link)
    {
        if (footnotes.IsBackLink(link))
            return "";
        if (footnotes.NumberOf(link) is { } number)
            return string.Create(CultureInfo.InvariantCulture, $"[^{number}]");
        if (inLink)
            return Write(link.ChildNodes);
        inLink = true;
        var words = Write(link.ChildNodes);
        inLink = false;
        var target = HtmlEmbeds.Unwrapped((link.GetAttribute("href") ?? "").Trim());
        if (target.Length == 0 || target[0] == '#' || choices.Link(target) is not { Length: > 0 } address)
            return words;
        if (words.Trim().Length == 0)
            return words;
        if (words.Contains("![", StringComparison.Ordinal) && HtmlFigures.IsPicture(address))
            return words; // a link from a picture to its own file
        var start = words.Length - words.TrimStart(' ', MarkdownText.Break).Length;
        var inside = words.Trim(' ', MarkdownText.Break);
        return $"{words[..start]}[{inside.Replace(MarkdownText.Break, ' ')}]({MarkdownText.Target(address)})"
            + words[(start + inside.Length)..];
    }

    private string Picture(IElement picture)
    {
        if (HtmlFigures.AltOf(picture) is { Length: > 0 and <= 8 } sign && !sign.Any(char.IsAsciiLetterOrDigit)
            && sign.Any(c => c > '\u2000'))
            return sign; // an emoji that a program turned into a picture
        return HtmlFigures.Of(picture, around: null, "", choices) ?? "";
    }

    [GeneratedRegex(@"\n[ \u00A0]*\n[ \u00A0\n]*")]
    private static partial Regex Blank();

    [GeneratedRegex(@"(?:\u00A0* +\u00A0*)+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Bar();

    [GeneratedRegex(@"(?:^|;)\s*font-weight\s*:\s*([a-z0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Weight();

    [GeneratedRegex(@"(?:^|;)\s*font-style\s*:\s*([a-z]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Slant();

    [GeneratedRegex(@"text-decoration(?:-line)?\s*:[^;]*line-through", RegexOptions.IgnoreCase)]
    private static partial Regex Through();

    [GeneratedRegex(@"^[\p{L}\p{N}+\-−–().,/]{1,20}$")]
    private static partial Regex SmallWords();
}
