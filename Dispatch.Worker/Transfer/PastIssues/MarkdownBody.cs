using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.FromHtml;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>
/// Turns another system's Markdown into ours. Most of it stays the same; pictures get our names, and credits are split from captions. A
/// text that contains HTML is converted as HTML.
/// </summary>
internal static partial class MarkdownBody
{
    /// <summary>Returns the text as an issue's Markdown.</summary>
    /// <param name="markdown">The text, without tags of templates.</param>
    /// <param name="choices">What becomes of links and pictures.</param>
    /// <param name="leftOut">Gets what was left out.</param>
    /// <exception cref="FormatException">The HTML in the text is nested too deeply.</exception>
    public static string Read(string markdown, HtmlChoices choices, ICollection<string> leftOut)
    {
        markdown = Comment().Replace(markdown, "");
        if (BoundedMarkdown.ToHtml(markdown, onlyIfHtmlIn: true) is { } html)
        {
            var reading = HtmlMarkdown.Read(html, choices);
            foreach (var what in reading.LeftOut)
                leftOut.Add(what);
            return reading.Markdown;
        }
        markdown = WithoutRepeatedSubject(markdown, choices.Subject);
        return OutsideCode(markdown, text => Named(text, choices)).Trim('\n') + "\n";
    }

    /// <summary>Returns an issue's Markdown with new targets for some of its links.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="target">Returns a path on this site for an address, or null to keep the link.</param>
    /// <param name="site">The address of this site, for links that show their address.</param>
    public static string WithLinks(string markdown, Func<string, string?> target, Uri site) => OutsideCode(markdown, text =>
        ShownAddress().Replace(Link().Replace(text, link =>
            EndsIn(text, link) && target(link.Groups["url"].Value) is { } path ? $"]({link.Groups["open"].Value}{path}" : link.Value),
            shown => target(shown.Groups["url"].Value) is { } path ? $"<{site.GetLeftPart(UriPartial.Authority)}{path}>" : shown.Value));

    // An address with parentheses continues after the match.
    private static bool EndsIn(string text, Match link) =>
        link.Index + link.Length is var end && end < text.Length && text[end] is ')' or '>' or ' ' or '\n';

    private static string OutsideCode(string markdown, Func<string, string> change)
    {
        var (done, parts) = (0, new List<string>());
        foreach (Match code in Code().Matches(markdown))
        {
            parts.Add(change(markdown[done..code.Index]));
            parts.Add(code.Value);
            done = code.Index + code.Length;
        }
        parts.Add(change(markdown[done..]));
        return string.Concat(parts);
    }

    private static string Named(string text, HtmlChoices choices) => Link().Replace(Picture().Replace(
        BlankLines().Replace(text, "\n\n"), picture =>
    {
        var title = Unescape(picture.Groups["title"].Value);
        var (caption, credit) = title.LastIndexOf('|') is >= 0 and var bar
            ? (title[..bar].Trim(), title[(bar + 1)..].Trim()) : Captions.Divide(title);
        return choices.Picture(Unescape(picture.Groups["url"].Value)) is { } name
            ? Captions.Figure(Unescape(picture.Groups["alt"].Value), name, caption, credit) : "";
    }), link => choices.Link(link.Groups["url"].Value) is { Length: > 0 } address
        ? $"]({(link.Groups["open"].Length > 0 ? $"<{address}>" : address)}" : "](#");

    private static string WithoutRepeatedSubject(string markdown, string subject)
    {
        var first = FirstHeading().Match(markdown);
        return subject.Length > 0 && first.Success
            && first.Groups[1].Value.Trim().Equals(subject.Trim(), StringComparison.OrdinalIgnoreCase)
            ? markdown[first.Length..] : markdown;
    }

    private static string Unescape(string text) => Escape().Replace(text, "$1");

    [GeneratedRegex(@"<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\A\s*#[ \t]+(.+?)[ \t]*#*[ \t]*(?:\n|\z)")]
    private static partial Regex FirstHeading();

    [GeneratedRegex(@"^(?<fence>```+|~~~+)[^\n]*\n(?:.*?\n)??\k<fence>[`~]*[ \t]*$|`[^`\n]+`",
        RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"!\[(?<alt>(?:[^\[\]\\\n]|\\.|\[[^\[\]\n]{0,200}\]){0,1000})\]\([ \t]*(?:<(?<url>[^<>\n]{1,3000})>"
        + @"|(?<url>[^\s()<>]{1,3000}(?:\([^\s()]{0,200}\)[^\s()<>]{0,1000}){0,3}))"
        + @"(?:\s+(?:""(?<title>(?:\\.|[^""\\]){0,2000})""|'(?<title>(?:\\.|[^'\\]){0,2000})'))?\s*\)")]
    private static partial Regex Picture();

    // The address of a link that isn't a picture, up to its end or the link's title.
    [GeneratedRegex(@"(?<!!\[[^\[\]\n]{0,1000})\]\((?<open><?)(?<url>(?!#)[^\s()<>]{1,3000})")]
    private static partial Regex Link();

    [GeneratedRegex(@"<(?<url>https?://[^\s<>]{1,3000})>")]
    private static partial Regex ShownAddress();

    [GeneratedRegex(@"\n(?:[ \t]*\n){2,}")]
    private static partial Regex BlankLines();

    [GeneratedRegex(@"\\([!-/:-@\[-`{-~])")]
    private static partial Regex Escape();
}
