using System.Globalization;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Writes an issue as HTML for email. Figures and rules are tables, because Outlook renders margins and borders reliably only on tables. No
/// style names left or right, so the same HTML serves both text directions. In dark mode the layout recolours the classes ink, soft, rule
/// and picture.
/// </summary>
internal sealed class MailHtmlWriter : IssueHtmlWriter
{
    /// <summary>The column's 600 pixels minus the layout's padding.</summary>
    private const int ColumnWidth = 540;

    private const int WidestInLine = 120;

    private const string TableStart = "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">";
    private const string Small = "font-family:Arial,Helvetica,sans-serif;font-size:13px;line-height:19px;color:#5b5954";

    private static readonly Dictionary<string, string> Styles = new(StringComparer.Ordinal)
    {
        ["p"] = "margin:0 0 18px",
        ["ul"] = "margin:0 0 18px",
        ["ol"] = "margin:0 0 18px",
        ["li"] = "margin:0 0 8px",
        ["blockquote"] = "margin:0 26px 18px;font-style:italic",
        ["a"] = "color:#8b1a1a;text-decoration:underline",
        ["sup"] = "font-size:12px;line-height:0", // keeps the raised text from pushing the lines apart
        ["sub"] = "font-size:12px;line-height:0",
        ["table"] = "margin:0 0 22px;border-collapse:collapse;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px",
    };

    private static readonly Dictionary<string, (string Above, string Style)> Headings = new(StringComparer.Ordinal)
    {
        ["h2"] = ("38px", "margin-bottom:16px;font-size:27px;line-height:34px;letter-spacing:-0.2px"),
        ["h3"] = ("32px", "margin-bottom:12px;font-size:20px;line-height:27px"),
        ["h4"] = ("26px", "margin-bottom:10px;font-size:18px;line-height:25px"),
    };

    private int articleStart;

    protected override string AttributesOf(string element) =>
        (element == "table" ? " width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"" : "")
        + (Styles.TryGetValue(element, out var style) ? $" style=\"{style}\"" : "");

    // Outlook does not know the alignment "end".
    protected override string AttributesOfCell(ColumnAlignment alignment, bool isHead, bool isWide)
    {
        var align = alignment switch
        {
            ColumnAlignment.End => "text-align:right;text-align:end",
            ColumnAlignment.Center => "text-align:center",
            _ => "text-align:start",
        };
        var (line, weight) = isHead ? ("#1b1b1a", "bold") : ("#d8d4cb", "normal");
        return $" class=\"rule\" style=\"padding:8px 4px;border-bottom:1px solid {line};font-weight:{weight};vertical-align:top;"
            + $"{(isWide ? "word-break:break-word;" : "")}{align}\"";
    }

    protected override void WriteCallout(IssueBlock.Callout callout)
    {
        Html.Append(CultureInfo.InvariantCulture, $"{TableStart}<tr><td style=\"padding:6px 0 26px\">{TableStart}<tr>")
            .Append("<td class=\"callout\" bgcolor=\"#f1efea\" style=\"background:#f1efea;padding:18px 20px 2px\">\n");
        WriteAll(callout.Blocks);
        Html.Append("</td></tr></table></td></tr></table>\n");
    }

    // The link itself has the padding, so the whole button can be pressed. Outlook ignores a link's padding and uses the cell's
    // mso-padding-alt.
    protected override void WriteButton(IssueBlock.Button button)
    {
        Html.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"padding:6px 0 26px\">")
            .Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>")
            .Append("<td align=\"center\" bgcolor=\"#1b1b1a\" class=\"button\" style=\"background:#1b1b1a;mso-padding-alt:13px 28px\">")
            .Append(CultureInfo.InvariantCulture, $"<a href=\"{Encode(button.Url)}\" style=\"display:inline-block;padding:13px 28px;")
            .Append("font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:22px;font-weight:bold;color:#ffffff;")
            .Append("text-decoration:none\">");
        WriteSpans(button.Text);
        Html.Append("</a></td></tr></table></td></tr></table>\n");
    }

    protected override void WriteFootnotes(IssueBlock.Footnotes footnotes)
    {
        Html.Append(CultureInfo.InvariantCulture, $"{TableStart}<tr><td class=\"rule soft\" style=\"border-top:1px solid #1b1b1a;")
            .Append(CultureInfo.InvariantCulture, $"padding:14px 0 0;{Small}\">\n");
        WriteNotes(footnotes);
        Html.Append("</td></tr></table>\n");
    }

    // A headline at the top of the issue or below a rule already has space above it.
    protected override void WriteHeading(IssueBlock.Heading heading)
    {
        var element = $"h{Math.Min(heading.Level, 4)}";
        var (above, style) = Headings[element];
        WriteElement(element, heading.Text, $" style=\"margin-top:{(Html.Length == articleStart ? "0" : above)};{style}\"");
    }

    protected override void WriteRule()
    {
        Html.Append(CultureInfo.InvariantCulture, $"{TableStart}<tr><td style=\"padding:18px 0 32px\">{TableStart}<tr>")
            .Append(
                "<td class=\"rule\" style=\"border-top:3px double "
                    + "#1b1b1a;font-size:0;line-height:0\">&nbsp;</td></tr></table></td></tr></table>\n");
        articleStart = Html.Length;
    }

    protected override void WriteFigure(IssueBlock.Figure figure)
    {
        var picture = figure.Picture.Photo is null ? $"<strong style=\"font-size:16px\">{Encode(figure.Picture.MissingNote)}</strong>"
            : ImageOf(figure.Picture);
        if (figure.Url is { } url)
            picture = $"<a href=\"{Encode(url)}\">{picture}</a>";
        var credit = figure.Credit.Length > 0
            ? $"<span style=\"font-size:11px;letter-spacing:0.4px;text-transform:uppercase\">{Encode(figure.Credit)}</span>" : "";
        // mso-line-height-rule: for Outlook, the layout sets exact line heights, which would crop the picture to one line.
        var words = $"{Encode(figure.Caption)} {credit}".Trim();
        Html.Append(CultureInfo.InvariantCulture,
            $"{TableStart}<tr><td style=\"padding:6px 0 0;mso-line-height-rule:at-least\">{picture}</td></tr>")
            .Append(CultureInfo.InvariantCulture,
                $"<tr><td class=\"soft\" style=\"padding:8px 0 26px;{Small}\">{words}</td></tr></table>\n");
    }

    // No <pre>: the layout strips leading whitespace from lines, and Outlook would not wrap code in a <pre>.
    protected override void WriteCode(string code) => Html.Append(CultureInfo.InvariantCulture,
        $"<p style=\"margin:0 0 18px;font-family:Consolas,Menlo,monospace;font-size:15px;line-height:22px\">{InLines(code)}</p>\n");

    private static string InLines(string code) =>
        Encode(code).Replace("  ", "&nbsp; ", StringComparison.Ordinal).Replace("\n", "<br>", StringComparison.Ordinal);

    // No height attribute: with pictures turned off, a client would reserve the full height as empty space.
    protected override string ImageOf(Picture picture) => ImageOf(picture, "display:block");

    // A picture no wider than a few words, such as a flag, stays within the line.
    protected override string InlineImageOf(Picture picture) =>
        ImageOf(picture, picture.Photo!.Width <= WidestInLine ? "display:inline-block;vertical-align:middle" : "display:block");

    private static string ImageOf(Picture picture, string display)
    {
        var width = picture.Photo!.Width is > 0 and < ColumnWidth ? picture.Photo.Width : ColumnWidth;
        return string.Create(CultureInfo.InvariantCulture,
            $"<img class=\"picture\" src=\"{Encode(picture.Photo.Url)}\" width=\"{width}\" alt=\"{Encode(picture.Alt)}\" "
            + $"style=\"{display};border:0;width:100%;max-width:{width}px;height:auto;background:#e9e6df;color:#5b5954;"
            + $"font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:21px\">");
    }
}
