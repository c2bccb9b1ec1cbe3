using System.Net;
using System.Text.RegularExpressions;
using Dispatch.Templates;
using Dispatch.Templates.Text;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Archive;

/// <summary>Adapts the stored HTML of an issue.</summary>
public static partial class IssueHtml
{
    private const double WordsPerMinute = 230, CharactersPerMinute = 400;

    /// <summary>
    /// Returns the HTML with picture URLs as paths of this site. The stored HTML contains absolute URLs, because the messages need them.
    /// </summary>
    public static string OnThisSite(string html, Uri site) => WithPicturesAt(html, $"{site.AbsolutePath}media/");

    /// <summary>
    /// Returns the HTML for feed readers. Picture URLs are absolute, each picture is in a format that all readers know, and what our style
    /// sheet does for columns and for emphasis in scripts without italics is written inline. Footnote links lead to the issue's page,
    /// because a feed reader may show several issues at once.
    /// </summary>
    public static string Anywhere(string html, Uri site, Uri page) =>
        WithPicturesAt(OtherFormat().Replace(html, ""), new Uri(site, "media/").AbsoluteUri)
        .Replace(" href=\"#fn", $" href=\"{HtmlText.Encode(page.AbsoluteUri)}#fn", StringComparison.Ordinal)
        .Replace(" class=\"long\"", "", StringComparison.Ordinal)
        .Replace("<em class=\"upright\">", "<em style=\"font-style:normal;font-weight:bold\">", StringComparison.Ordinal)
        .Replace(" class=\"num\"", " style=\"text-align:end\"", StringComparison.Ordinal)
        .Replace(" class=\"mid\"", " style=\"text-align:center\"", StringComparison.Ordinal);

    private static string WithPicturesAt(string html, string media) => Picture().Replace(SourceAddress().Replace(html, media), picture =>
        $"<img src=\"{media}{picture.Groups[1].Value}\"" + (picture.Groups[2].Success
            ? $" srcset=\"{media}{picture.Groups[2].Value}, {media}{picture.Groups[3].Value}\"" : ""));

    /// <summary>
    /// Returns the HTML without the notes in place of missing pictures; the captions stay. A past issue whose pictures are lost reads
    /// better without the notes.
    /// </summary>
    public static string WithoutMissing(string html) => EmptyFigure().Replace(MissingNote().Replace(html, ""), "");

    /// <summary>Returns the HTML with a picture's WebP files added, unless it has them.</summary>
    public static string WithWebP(string html, Photo photo) => Image().Replace(html, image =>
        image.Groups["name"].Value != photo.MediaName ? image.Value : WebHtmlWriter.WithWebP(image.Value,
            [.. photo.WebPFiles().Select(name => (image.Groups["media"].Value + name, MediaFolder.WidthOf(name)))]));

    public static string? FirstPicture(string html) => Picture().Match(html) is { Success: true } picture ? picture.Groups[1].Value : null;

    /// <summary>Returns the words for readers who can't see the first picture, or an empty string.</summary>
    public static string FirstAlt(string html) => Picture().Match(html) is { Success: true } picture
        && Alt().Match(html, picture.Index) is { Success: true } alt ? WebUtility.HtmlDecode(alt.Groups[1].Value) : "";

    /// <summary>
    /// Returns the HTML with an id on each heading, made of its words, so that other sites can link to a part of the issue. Equal headings
    /// are numbered, and the prefix keeps the ids apart from those of the page. A link in the heading leads to it.
    /// </summary>
    /// <param name="html">The issue's HTML.</param>
    /// <param name="label">What screen readers call the link, as text.</param>
    public static string WithAnchors(string html, string label)
    {
        var spoken = HtmlText.Encode(label);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        return Heading().Replace(html, heading =>
        {
            var words = WebUtility.HtmlDecode(Tag().Replace(heading.Groups["words"].Value, "")).ToLowerInvariant();
            var id = $"h-{Between().Replace(words, "-").Trim('-')}";
            for (var (name, number) = (id, 2); !taken.Add(id); number++)
                id = $"{name}-{number}";
            return $"<h{heading.Groups["level"].Value} id=\"{id}\"{heading.Groups["attributes"].Value}>{heading.Groups["words"].Value}"
                + $"<a class=\"anchor\" href=\"#{id}\" aria-label=\"{spoken}\">#</a></h{heading.Groups["level"].Value}>";
        });
    }

    /// <summary>Returns the first words of the text, for search engines and link previews.</summary>
    public static string Opening(string html) => PlainText.Beginning(string.Join(' ', Paragraph().Matches(html).Take(3)
        .Select(paragraph => paragraph.Groups[1].Value.Replace("<br>", " ", StringComparison.Ordinal))
        .Select(words => WebUtility.HtmlDecode(Tag().Replace(words, "")))));

    /// <summary>
    /// Returns how long it takes to read the text, in minutes; at least one. Chinese and Japanese are counted by characters, because they
    /// have no spaces.
    /// </summary>
    public static int MinutesToRead(string html)
    {
        var text = WebUtility.HtmlDecode(Tag().Replace(html, " "));
        var characters = Ideograph().Count(text);
        var words = Word().Count(Ideograph().Replace(text, " "));
        return Math.Max(1, (int)Math.Round((words / WordsPerMinute) + (characters / CharactersPerMinute)));
    }

    [GeneratedRegex("<h(?<level>[2-6])(?<attributes>[^>]*)>(?<words>.*?)</h\\k<level>>", RegexOptions.Singleline)]
    private static partial Regex Heading();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    // An emoji's variation selector is a mark, too.
    [GeneratedRegex(@"(?:[^\p{L}\p{M}\p{N}]|[\uFE00-\uFE0F\u20E3])+")]
    private static partial Regex Between();

    [GeneratedRegex(@"[\p{IsCJKUnifiedIdeographs}\p{IsHiragana}\p{IsKatakana}]")]
    private static partial Regex Ideograph();

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{M}\p{N}'’-]*")]
    private static partial Regex Word();

    [GeneratedRegex("<p(?! class=\"missing\")(?: [^>]*)?>(.*?)</p>", RegexOptions.Singleline)]
    private static partial Regex Paragraph();

    [GeneratedRegex("<p class=\"missing\">[^<]*</p>")]
    private static partial Regex MissingNote();

    [GeneratedRegex("<figure></figure>\n?")]
    private static partial Regex EmptyFigure();

    [GeneratedRegex("(?<!<source[^>]*>)<img src=\"(?<media>[^\"]*/media/)(?<name>[^\"/]+)\"[^>]*>")]
    private static partial Regex Image();

    [GeneratedRegex("\\G<img [^>]*? alt=\"([^\"]*)\"")]
    private static partial Regex Alt();

    [GeneratedRegex("(?<=<source type=\"image/webp\" srcset=\"[^\"]*)[^\" ,]*/media/")]
    private static partial Regex SourceAddress();

    [GeneratedRegex("</?picture>|<source type=\"image/webp\"[^>]*>")]
    private static partial Regex OtherFormat();

    [GeneratedRegex("<img src=\"[^\"]*/media/([^\"/]+)\"(?: srcset=\"[^\"]*/media/([^\"/ ]+ [0-9]+w), [^\"]*/media/([^\"/ ]+ [0-9]+w)\")?")]
    private static partial Regex Picture();
}
