using System.Globalization;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Writes an issue as HTML for the archive: plain elements, styled by the page's stylesheet.</summary>
internal sealed class WebHtmlWriter(string language) : IssueHtmlWriter(language)
{
    // The width of a picture: the column of the issue's page, or a phone's screen without the margins.
    private const string Sizes = "(max-width: 42rem) calc(100vw - 2rem), 40rem";

    private bool pictured;

    protected override string AttributesOf(string element) => "";

    protected override string AttributesOfList(string element, bool isNested, int longNumbers) =>
        longNumbers > 0 ? " class=\"long-numbers\"" : "";

    protected override string AttributesOfItem(bool isFirst) => "";

    protected override string UprightEmphasis => " class=\"upright\"";

    protected override string AttributesOfCell(ColumnAlignment alignment, bool isHead, bool isWide, bool isLong) => alignment switch
    {
        ColumnAlignment.End => " class=\"num\"",
        ColumnAlignment.Center => " class=\"mid\"",
        _ => isLong ? " class=\"long\"" : "",
    };

    protected override void WriteCallout(IssueBlock.Callout callout)
    {
        var words = IssueBlock.WordsOf(callout.Blocks);
        Html.Append(CultureInfo.InvariantCulture, $"<div{Turned(words, " class=\"callout\"")}>\n");
        Within(words, () => WriteAll(callout.Blocks));
        Html.Append("</div>\n");
    }

    protected override void WriteButton(IssueBlock.Button button)
    {
        Html.Append(CultureInfo.InvariantCulture, $"<p><a class=\"button primary\" href=\"{Encode(button.Url)}\">");
        WriteSpans(button.Text);
        Html.Append("</a></p>\n");
    }

    protected override void WriteFootnotes(IssueBlock.Footnotes footnotes)
    {
        Html.Append("<div class=\"footnotes\">\n");
        WriteNotes(footnotes);
        Html.Append("</div>\n");
    }

    protected override void WriteFigure(IssueBlock.Figure figure)
    {
        var picture = figure.Picture.Photo is null ? $"<p class=\"missing\">{Encode(figure.Picture.MissingNote(Language))}</p>"
            : ImageOf(figure.Picture);
        Html.Append("<figure>").Append(figure.Url is { } url && figure.Picture.Photo is not null
            ? $"<a href=\"{Encode(url)}\">{picture}</a>" : picture);
        if (figure.Caption.Length + figure.Credit.Length > 0)
        {
            var credit = figure.Credit.Length > 0 ? $"<span class=\"credit\">{Encode(figure.Credit)}</span>" : "";
            Html.Append(CultureInfo.InvariantCulture, $"<figcaption{Turned(IssueBlock.WordsOf([figure]), "")}>")
                .Append(CultureInfo.InvariantCulture, $"{$"{Encode(figure.Caption)} {credit}".Trim()}</figcaption>");
        }
        Html.Append("</figure>\n");
    }

    protected override void WriteRule() => Html.Append("<hr>\n");

    protected override void WriteCode(string code) =>
        Html.Append(CultureInfo.InvariantCulture, $"<pre dir=\"ltr\"><code>{Encode(code)}</code></pre>\n");

    // The first picture is loaded at once, because it is usually visible as soon as the page opens.
    protected override string ImageOf(Picture picture)
    {
        var photo = picture.Photo!;
        var narrow = photo.Narrow is var (url, width)
            ? string.Create(CultureInfo.InvariantCulture,
                $" srcset=\"{Encode(url)} {width}w, {Encode(photo.Url)} {photo.Width}w\" sizes=\"{Sizes}\"")
            : "";
        var loading = pictured ? " loading=\"lazy\"" : "";
        pictured = true;
        var image = string.Create(CultureInfo.InvariantCulture,
            $"<img src=\"{Encode(photo.Url)}\"{narrow} width=\"{photo.Width}\" height=\"{photo.Height}\" "
                + $"alt=\"{Encode(picture.Alt)}\"{loading}>");
        return WithWebP(image, photo.WebP);
    }

    /// <summary>Returns an image's HTML with its WebP files, for browsers that know the format.</summary>
    internal static string WithWebP(string image, IReadOnlyList<(string Url, int Width)> webP) => webP.Count == 0 ? image
        : "<picture><source type=\"image/webp\" srcset=\"" + string.Join(", ", webP.Select(one =>
            string.Create(CultureInfo.InvariantCulture, $"{Encode(one.Url)} {one.Width}w"))) + $"\" sizes=\"{Sizes}\">{image}</picture>";
}
