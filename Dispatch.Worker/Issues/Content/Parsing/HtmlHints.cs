using System.Text.RegularExpressions;

namespace Dispatch.Worker.Issues.Content.Parsing;

/// <summary>Explains what to write instead of an HTML tag. Only line breaks are allowed as HTML.</summary>
internal static partial class HtmlHints
{
    public static string Message(string source) =>
        $"HTML isn't supported: readers would see {SpanParser.Start(source)} as text{Instead(source)}";

    /// <summary>
    /// Returns a name for a fault of this element. The start tag and the end tag have the same name, so only one of them is reported.
    /// </summary>
    public static string RuleOf(string source) => $"raw-html-{NameOf(source)}";

    private static string NameOf(string source) => Name().Match(source).Groups[1].Value.ToLowerInvariant();

    private static string Instead(string source) => NameOf(source) switch
    {
        "b" or "strong" => ": write **words**",
        "i" or "em" or "cite" => ": write *words*",
        "s" or "del" or "strike" => ": write ~~words~~",
        "sub" => ": write ~words~, as in H~2~O",
        "sup" => ": write ^words^, as in 10^6^",
        "u" or "ins" or "mark" => ": write **words** or *words*, because underlined words look like a link",
        "a" => ": write [words](https://example.org)",
        "img" or "figure" or "picture" => ": write ![what it shows](photos/name.jpg \"caption | credit\")",
        "p" or "div" or "span" or "font" or "center" or "section" => ": leave the tag out, and an empty line between paragraphs",
        "h1" or "h2" or "h3" or "h4" or "h5" or "h6" => ": write ## Heading",
        "hr" => ": write * * * on a line of its own",
        "ul" or "ol" or "li" => ": write - or 1. at the beginning of each line",
        "blockquote" or "q" => ": write > at the beginning of each line",
        "table" or "tr" or "td" or "th" or "tbody" or "thead" => ": write the table with | between its cells",
        "code" or "pre" or "tt" or "kbd" => ": write `code`",
        "iframe" or "video" or "audio" or "embed" or "script" or "form" or "button" or "svg" =>
            ": email apps drop it, so link to it instead",
        _ => "",
    };

    [GeneratedRegex("^</?([A-Za-z][A-Za-z0-9]*)")]
    private static partial Regex Name();
}
