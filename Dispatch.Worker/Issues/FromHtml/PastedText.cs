namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>
/// What an editor pastes with formatting, as Markdown. Pictures are left out, because the clipboard of another program only says where they
/// are: on the author's computer, or at an address that works for the author alone.
/// </summary>
/// <param name="Markdown">The text, without a line break at the end.</param>
/// <param name="PicturesLeftOut">The number of pictures that the text had.</param>
public sealed record PastedText(string Markdown, int PicturesLeftOut)
{
    /// <summary>Converts HTML from the clipboard.</summary>
    /// <param name="html">The HTML.</param>
    /// <param name="notesBefore">The highest number of a footnote in the text into which it is pasted.</param>
    /// <exception cref="FormatException">The elements are nested too deeply.</exception>
    public static PastedText Of(string html, int notesBefore)
    {
        var pictures = 0;
        var reading = HtmlMarkdown.Read(html, new HtmlChoices
        {
            Picture = _ =>
            {
                pictures++;
                return null;
            },
            // Links to the author's own files lead nowhere for readers, and a page's own links have been made absolute by the browser.
            Link = address => address.Split(':', 2) is [var scheme, _] && HtmlChoices.Schemes.Contains(scheme) ? address : null,
            FirstNote = notesBefore + 1,
        });
        return new PastedText(reading.Markdown.TrimEnd('\n'), pictures);
    }
}
