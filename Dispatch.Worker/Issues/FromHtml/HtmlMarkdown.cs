using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>
/// Turns HTML from another program into an issue's Markdown: headings, lists, tables, quotations, code, footnotes, figures with captions
/// and credits. What email apps don't show, such as a video, becomes a link. Forms, scripts and boxes for subscribing are left out.
/// </summary>
public static partial class HtmlMarkdown
{
    // The parser's work grows with the depth, squared.
    private const int MostLevels = 400;

    // Elements whose end tags may be omitted. They nest only within a list or a table, which is counted.
    private static readonly HashSet<string> Uncounted = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "option", "area", "base", "br", "col", "colgroup", "embed",
            "hr",
        "img", "input", "link", "meta", "param", "source", "track", "wbr", "html", "head", "body",
    };

    /// <summary>Converts a document or a part of one.</summary>
    /// <param name="html">The HTML.</param>
    /// <param name="choices">What becomes of links and pictures.</param>
    /// <exception cref="FormatException">The elements are nested too deeply. The message is for the person who imports the
    /// text.</exception>
    public static HtmlReading Read(string html, HtmlChoices choices)
    {
        if (IsTooDeep(html))
            throw new FormatException($"its HTML has more than {MostLevels} elements within each other");
        var document = new HtmlParser().ParseDocument(html);
        var reader = new HtmlReader(choices, document);
        return new HtmlReading(reader.Read(document.Body ?? (INode)document), reader.BelowPaywall, [.. reader.LeftOut]);
    }

    private static bool IsTooDeep(string html)
    {
        var depth = 0;
        foreach (System.Text.RegularExpressions.Match tag in Tag().Matches(html))
        {
            if (Uncounted.Contains(tag.Groups["name"].Value))
                continue;
            depth = tag.Groups["end"].Length > 0 ? Math.Max(0, depth - 1) : depth + 1;
            if (depth > MostLevels)
                return true;
        }
        return false;
    }

    [System.Text.RegularExpressions.GeneratedRegex(@"<(?<end>/?)(?<name>[A-Za-z][A-Za-z0-9:-]*)")]
    private static partial System.Text.RegularExpressions.Regex Tag();
}

/// <summary>HTML as Markdown.</summary>
/// <param name="Markdown">The text that everybody may read.</param>
/// <param name="BelowPaywall">The text below a paywall mark, or null if there is no such mark.</param>
/// <param name="LeftOut">What was left out, such as "a box for subscribing", each once.</param>
public sealed record HtmlReading(string Markdown, string? BelowPaywall, IReadOnlyList<string> LeftOut);

/// <summary>What becomes of links and pictures when HTML becomes Markdown.</summary>
public sealed record HtmlChoices
{
    /// <summary>The schemes of addresses that an issue may link to.</summary>
    internal static readonly HashSet<string> Schemes =
        new(["http", "https", "mailto", "tel", "sgnl", "geo"], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the name in the Markdown of a picture with this address, such as <c>photos/border.jpg</c>, or null to leave it out.
    /// </summary>
    public required Func<string, string?> Picture { get; init; }

    /// <summary>Returns the target for an address as written in a link, or null to keep the words alone.</summary>
    public Func<string, string?> Link { get; init; } = address => address;

    /// <summary>The number of the first footnote, which must not be one that the text around it has already.</summary>
    public int FirstNote { get; init; } = 1;

    /// <summary>Whether a paywall mark splits the text. If not, the mark is dropped.</summary>
    public bool HasPaywall { get; init; }

    /// <summary>The issue's subject. A heading that repeats it at the top is left out.</summary>
    public string Subject { get; init; } = "";
}
