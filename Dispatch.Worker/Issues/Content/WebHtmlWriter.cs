using System.Globalization;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Writes an issue as HTML for the archive: plain elements, styled by the page's stylesheet.</summary>
internal sealed class WebHtmlWriter : IssueHtmlWriter
{
    private bool pictured;

    protected override string AttributesOf(string element) => "";

    protected override void WriteFigure(IssueBlock.Figure figure)
    {
        Html.Append("<figure>").Append(figure.Picture.Photo is null ? $"<p class=\"missing\">{Encode(figure.Picture.MissingNote)}</p>"
            : ImageOf(figure.Picture));
        if (figure.Caption.Length + figure.Credit.Length > 0)
        {
            var credit = figure.Credit.Length > 0 ? $"<span class=\"credit\">{Encode(figure.Credit)}</span>" : "";
            Html.Append(CultureInfo.InvariantCulture, $"<figcaption>{$"{Encode(figure.Caption)} {credit}".Trim()}</figcaption>");
        }
        Html.Append("</figure>\n");
    }

    protected override void WriteRule() => Html.Append("<hr>\n");

    protected override void WriteCode(string code) =>
        Html.Append(CultureInfo.InvariantCulture, $"<pre><code>{Encode(code)}</code></pre>\n");

    // The first picture is loaded without delay, because it is usually visible as soon as the page opens.
    protected override string ImageOf(Picture picture)
    {
        var loading = pictured ? " loading=\"lazy\"" : "";
        pictured = true;
        return string.Create(CultureInfo.InvariantCulture,
            $"<img src=\"{Encode(picture.Photo!.Url)}\" width=\"{picture.Photo.Width}\" height=\"{picture.Photo.Height}\" "
                + $"alt=\"{Encode(picture.Alt)}\"{loading}>");
    }
}
