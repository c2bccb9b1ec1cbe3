using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Templates.Text;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Writes an issue as HTML for email. Figures and rules are tables, because Outlook renders margins and borders reliably only on tables.
/// Styles name left and right only by the direction of the text, because Outlook knows no other names. In dark mode the layout recolors
/// the classes ink, soft, rule, quote, ground and picture.
/// </summary>
internal sealed partial class MailHtmlWriter(string language, AccentColor accent) : IssueHtmlWriter(language)
{
    /// <summary>The column's 600 pixels minus the layout's padding.</summary>
    private const int ColumnWidth = 540;

    private const int WidestInLine = 120;

    /// <summary>The height in pixels to which a tall picture is scaled down, about a screen and a half.</summary>
    private const int MostHeight = 1000;

    private const int TabWidth = 4;

    private const string TableStart = "<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\">";
    private const string Small = "font-family:Arial,Helvetica,sans-serif;font-size:13px;line-height:19px;color:#5b5954";

    private static readonly Dictionary<string, string> Styles = new(StringComparer.Ordinal)
    {
        ["p"] = "margin:0 0 18px",
        ["ul"] = "margin:0 0 18px",
        ["ol"] = "margin:0 0 18px",
        ["sup"] = "font-size:12px;line-height:0", // keeps the raised text from pushing the lines apart
        ["sub"] = "font-size:12px;line-height:0",
        ["table"] = "margin:0 0 22px;border-collapse:collapse;font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;"
            + "word-break:normal", // where the layout breaks words, a column would shrink to one letter
        ["code"] = "background:#f1efea;padding:1px 4px;font-family:Consolas,Menlo,monospace;font-size:15px",
    };

    private static readonly Dictionary<string, (string Above, string Style)> Headings = new(StringComparer.Ordinal)
    {
        ["h2"] = ("38px", "margin-bottom:16px;font-size:27px;line-height:34px"),
        ["h3"] = ("32px", "margin-bottom:12px;font-size:20px;line-height:27px"),
        ["h4"] = ("26px", "margin-bottom:10px;font-size:18px;line-height:25px"),
    };

    private int articleStart;

    protected override string AttributesOf(string element) =>
        element switch
        {
            "table" => " width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"",
            "blockquote" => AttributesOfQuote(),
            "code" => " class=\"ground\"",
            _ => "",
        }
        + (element == "a" ? $" style=\"color:{accent.Light};text-decoration:underline\""
            : Styles.TryGetValue(element, out var style) ? $" style=\"{style}\"" : "");

    protected override string AttributesOfList(string element, bool isNested, int longNumbers)
    {
        var margin = isNested ? "margin:0" : Styles[element];
        return longNumbers == 0 ? $" style=\"{margin}\"" // the usual padding has room for two digits
            : string.Create(CultureInfo.InvariantCulture, $" style=\"{margin};padding-{StartOf(Direction)}:{16 + (12 * longNumbers)}px\"");
    }

    // The gap is above each item except the first. Gaps below would add up at the ends of nested lists.
    protected override string AttributesOfItem(bool isFirst) => isFirst ? " style=\"margin:0\"" : " style=\"margin:8px 0 0\"";

    protected override string UprightEmphasis => " style=\"font-style:normal;font-weight:bold\"";

    // The layout aligns the text to the side where the issue's language begins, and Outlook knows no "start".
    protected override string Aligned(string attributes, string direction)
    {
        if (attributes.Contains("text-align:", StringComparison.Ordinal))
            return attributes;
        var align = $"text-align:{StartOf(direction)}";
        return attributes.Contains(" style=\"", StringComparison.Ordinal)
            ? attributes.Replace(" style=\"", $" style=\"{align};", StringComparison.Ordinal) : $"{attributes} style=\"{align}\"";
    }

    private static string StartOf(string direction) => direction == "rtl" ? "right" : "left";

    // Each level has its own rule at the side, so that nested quotations can be told apart.
    private string AttributesOfQuote()
    {
        var color = QuoteLevel switch
        {
            1 => accent.Light,
            2 => "#8f897e",
            _ => "#c9c4ba",
        };
        var side = StartOf(Direction);
        return $" class=\"quote\" style=\"margin:0 0 18px;padding-{side}:16px;border-{side}:3px solid {color}\"";
    }

    // Outlook does not know the alignment "end".
    protected override string AttributesOfCell(ColumnAlignment alignment, bool isHead, bool isWide, bool isLong)
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

    private static string Ground(string name, string padding, string more = "") =>
        $" class=\"{name}\" bgcolor=\"#f1efea\" style=\"background:#f1efea;padding:{padding}{more}\"";

    protected override void WriteCallout(IssueBlock.Callout callout)
    {
        var words = IssueBlock.WordsOf(callout.Blocks);
        Html.Append(CultureInfo.InvariantCulture, $"{TableStart}<tr><td style=\"padding:6px 0 26px\">{TableStart}<tr>")
            .Append(CultureInfo.InvariantCulture, $"<td{Turned(words, Ground("callout", "18px 20px 2px"))}>\n");
        Within(words, () => WriteAll(callout.Blocks));
        Html.Append("</td></tr></table></td></tr></table>\n");
    }

    // The link itself has the padding, so the whole button can be pressed. Outlook ignores a link's padding and uses the cell's
    // mso-padding-alt.
    protected override void WriteButton(IssueBlock.Button button)
    {
        var ground = accent.IsOwn ? accent.Light : "#1b1b1a";
        Html.Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td style=\"padding:6px 0 26px\">")
            .Append("<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>")
            .Append(CultureInfo.InvariantCulture, $"<td align=\"center\" bgcolor=\"{ground}\" class=\"button\" style=\"")
            .Append(CultureInfo.InvariantCulture, $"background:{ground};mso-padding-alt:13px 28px\">")
            .Append(CultureInfo.InvariantCulture, $"<a href=\"{Encode(button.Url)}\" style=\"display:inline-block;padding:13px 28px;")
            .Append("font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:22px;font-weight:bold;color:#ffffff;")
            .Append(CultureInfo.InvariantCulture, $"text-decoration:none\"{Turned(IssueSpan.WordsOf(button.Text), "")}>");
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
        var spacing = element == "h2" && ScriptTraits.HasItalics(IssueSpan.WordsOf(heading.Text)) ? ";letter-spacing:-0.2px" : "";
        WriteElement(element, heading.Text, $" style=\"margin-top:{(Html.Length == articleStart ? "0" : above)};{style}{spacing}\"");
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
        var picture = figure.Picture.Photo is null
            ? $"<strong style=\"font-size:16px\">{Encode(figure.Picture.MissingNote(Language))}</strong>" : ImageOf(figure.Picture);
        // A picture that is scaled down because of its height may have words, so it leads to itself in full.
        var url = figure.Url ?? (figure.Picture is { Alt.Length: > 0, Photo: { } photo } && IsTall(photo) ? photo.Url : null);
        if (url is not null)
            picture = $"<a href=\"{Encode(url)}\">{picture}</a>";
        var capitals = ScriptTraits.HasItalics(figure.Credit) ? ";letter-spacing:0.4px;text-transform:uppercase" : "";
        var credit = figure.Credit.Length > 0 ? $"<span style=\"font-size:11px{capitals}\">{Encode(figure.Credit)}</span>" : "";
        // mso-line-height-rule: for Outlook, the layout sets exact line heights, which would crop the picture to one line.
        var words = $"{Encode(figure.Caption)} {credit}".Trim();
        Html.Append(CultureInfo.InvariantCulture,
            $"{TableStart}<tr><td style=\"padding:6px 0 0;mso-line-height-rule:at-least\">{picture}</td></tr>")
            .Append(CultureInfo.InvariantCulture,
                $"<tr><td{Turned(IssueBlock.WordsOf([figure]), $" class=\"soft\" style=\"padding:8px 0 26px;{Small}\"")}>")
            .Append(CultureInfo.InvariantCulture, $"{words}</td></tr></table>\n");
    }

    // No <pre>: the layout strips leading whitespace from lines, and Outlook would not wrap code in a <pre>.
    protected override void WriteCode(string code) =>
        Html.Append(CultureInfo.InvariantCulture, $"{TableStart}<tr><td style=\"padding:0 0 18px\">{TableStart}<tr>")
            .Append("<td dir=\"ltr\"")
            .Append(Ground("ground", "12px 14px", ";text-align:left;font-family:Consolas,Menlo,monospace;font-size:15px;line-height:22px"))
            .Append(CultureInfo.InvariantCulture, $">{string.Join("<br>", code.Split('\n').Select(InLine))}</td></tr></table>")
            .Append("</td></tr></table>\n");

    // HTML would collapse the spaces of an indentation.
    private static string InLine(string code) => JoinedBlank().Replace(Encode(WithoutTabs(code)), "&nbsp;");

    [GeneratedRegex("(?<=^| ) ")]
    private static partial Regex JoinedBlank();

    private static string WithoutTabs(string code)
    {
        for (var tab = code.IndexOf('\t'); tab >= 0; tab = code.IndexOf('\t'))
            code = code[..tab] + new string(' ', TabWidth - tab % TabWidth) + code[(tab + 1)..];
        return code;
    }

    // No height attribute: with pictures turned off, a client would reserve the full height as empty space.
    protected override string ImageOf(Picture picture) => ImageOf(picture, "display:block");

    // A picture no wider than a few words, such as a flag, stays within the line.
    protected override string InlineImageOf(Picture picture) =>
        ImageOf(picture, picture.Photo!.Width <= WidestInLine ? "display:inline-block;vertical-align:middle" : "display:block");

    // A small picture has its own size anyway. With pictures turned off, its alt text would not fit into that size.
    private static string ImageOf(Picture picture, string display)
    {
        var photo = picture.Photo!;
        var isTall = IsTall(photo);
        var width = isTall ? Math.Max(1, MostHeight * photo.Width / photo.Height) : OwnWidth(photo);
        var size = width > WidestInLine || isTall ? string.Create(CultureInfo.InvariantCulture, $"width:100%;max-width:{width}px")
            : "width:auto;max-width:100%";
        return string.Create(CultureInfo.InvariantCulture,
            $"<img class=\"picture\" src=\"{Encode(photo.Url)}\" width=\"{width}\" alt=\"{Encode(picture.Alt)}\" "
            + $"style=\"{display};border:0;{size};height:auto;background:#e9e6df;color:#5b5954;"
            + $"font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:21px\">");
    }

    private static int OwnWidth(IssuePhoto photo) => photo.Width is > 0 and < ColumnWidth ? photo.Width : ColumnWidth;

    private static bool IsTall(IssuePhoto photo) =>
        photo.Width > 0 && (long)OwnWidth(photo) * photo.Height > (long)MostHeight * photo.Width;
}
