using System.Globalization;
using System.Text;
using Dispatch.Templates.Languages;
using Dispatch.Templates.Text;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>Writes an issue's corrections as HTML, for its page and for feeds.</summary>
public static class CorrectionHtml
{
    /// <summary>Returns the corrections with their times, or an empty string if there are none.</summary>
    public static string Of(Newsletter newsletter, IEnumerable<Correction> corrections)
    {
        var texts = Texts.Of(newsletter.Locale);
        var html = new StringBuilder();
        foreach (var correction in corrections)
        {
            if (html.Length == 0)
                html.Append(CultureInfo.InvariantCulture, $"<section class=\"corrections\" lang=\"{texts.Language}\" dir=\"")
                    .Append(CultureInfo.InvariantCulture, $"{texts.Direction}\">\n<h2>")
                    .Append(CultureInfo.InvariantCulture, $"{HtmlText.Encode(texts["issue.corrections"])}</h2>\n");
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"dateline\"><time datetime=\"{correction.At.UtcDateTime:s}Z\">")
                .Append(CultureInfo.InvariantCulture, $"{HtmlText.Encode(TimeOf(newsletter, texts, correction.At))}</time></p>\n");
            foreach (var paragraph in correction.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                html.Append(CultureInfo.InvariantCulture, $"<p lang=\"{HtmlText.Encode(newsletter.Locale)}\" dir=\"auto\">")
                    .Append(CultureInfo.InvariantCulture, $"{HtmlText.Encode(paragraph)}</p>\n");
        }
        return html.Length == 0 ? "" : html.Append("</section>\n").ToString();
    }

    private static string TimeOf(Newsletter newsletter, Texts texts, DateTimeOffset at) => texts["time.at",
        ("date", newsletter.DateIn(texts.Culture, at)), ("time", newsletter.At(at).ToString("t", texts.Culture)),
        ("zone", texts.Zone(newsletter.TimeZone))];
}
