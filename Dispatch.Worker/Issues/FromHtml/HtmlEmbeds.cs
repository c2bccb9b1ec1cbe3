using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Content that other sites embed in a page, such as a video or a post. In an issue, it becomes a link.</summary>
internal static partial class HtmlEmbeds
{
    private const string Titles =
        ".kg-bookmark-title, .kg-file-card-title, .kg-audio-title, .embedded-post-title, .file-embed-details-h1";

    private static readonly string[] Cards =
    [
        "youtube-wrap", "vimeo-wrap", "tweet", "twitter-embed", "embedded-post-wrap", "digest-post-embed", "embedded-publication-wrap",
        "instagram", "tiktok-wrap", "spotify-wrap", "soundcloud-wrap", "bluesky-wrap", "native-video-embed", "native-audio-embed",
        "file-embed-wrapper", "apple-podcast-container", "poll-embed", "datawrapper-wrap", "github-gist", "comment", "kg-video-card",
        "kg-audio-card", "kg-file-card", "kg-bookmark-card", "kg-embed-card", "wp-block-embed",
    ];

    /// <summary>
    /// Returns an element as a link or a button in Markdown, an empty string if there is nothing to link to, or null if it doesn't embed
    /// another site.
    /// </summary>
    public static string? Of(IElement element, HtmlChoices choices)
    {
        if (ButtonIn(element) is { } button)
        {
            var words = MarkdownText.Escaped(button.TextContent).Trim();
            return words.Length > 0 && choices.Link(Unwrapped(button.GetAttribute("href") ?? "")) is { Length: > 0 } target
                && Uri.IsWellFormedUriString(target, UriKind.RelativeOrAbsolute)
                ? $"[{words}]({MarkdownText.Target(target)}){{.button}}" : words;
        }
        var isCard = Cards.Any(element.ClassList.Contains);
        if (element.LocalName is not ("iframe" or "video" or "audio" or "object" or "embed") && !isCard)
            return null;
        if (isCard && element.QuerySelector("blockquote") is not null && element.QuerySelector("iframe") is null)
            return null; // a quoted post, whose text is worth keeping
        if (AddressOf(element) is not { } address || choices.Link(address) is not { Length: > 0 } known)
            return "";
        // Only a whole address is a link by itself.
        var title = TitleOf(element) is { Length: > 0 } given ? given : known.Contains("://", StringComparison.Ordinal) ? null : known;
        return title is null ? $"<{known}>" : $"[{MarkdownText.Escaped(title)}]({MarkdownText.Target(known)})";
    }

    /// <summary>Whether a button is for subscribing or sharing on the original system.</summary>
    public static bool IsForSharing(IElement element) => element.QuerySelectorAll("a").Any(link =>
        Sharing().IsMatch(link.GetAttribute("href") ?? "")) || Sharing().IsMatch(element.GetAttribute("data-attrs") ?? "");

    /// <summary>Returns the target of an address that a program wrapped to count its readers.</summary>
    public static string Unwrapped(string address) => Counted().Match(address) is { Success: true } counted
        ? Uri.UnescapeDataString(counted.Groups[1].Value) : address;

    private static IElement? ButtonIn(IElement element)
    {
        if (element.LocalName is not ("p" or "div"))
            return null;
        return (element.ClassList.Contains("button-wrapper") || element.ClassList.Contains("kg-button-card")
                || element.ClassList.Contains("wp-block-button"))
            && element.QuerySelector("a") is { } link ? link : null;
    }

    private static string? AddressOf(IElement element)
    {
        foreach (var name in new[] { "url", "canonical_url", "videoId", "src" })
            if (SubstackData.Of(element, name) is { Length: > 0 } given)
                return name == "videoId" ? $"https://www.youtube.com/watch?v={given}" : Shown(given);
        var inside = element.LocalName is "iframe" or "video" or "audio" or "embed" ? element
            : element.QuerySelector("iframe, video, audio, source, embed") ?? element.QuerySelector("a[href]") ?? element;
        var address = inside.GetAttribute("src") ?? inside.GetAttribute("data-src") ?? inside.GetAttribute("data")
            ?? inside.GetAttribute("href") ?? inside.QuerySelector("source")?.GetAttribute("src");
        return address is { Length: > 0 } && !address.StartsWith("about:", StringComparison.Ordinal) ? Shown(address) : null;
    }

    // Players have their own addresses, but readers want the page.
    private static string Shown(string address)
    {
        if (address.StartsWith("//", StringComparison.Ordinal))
            address = $"https:{address}";
        if (YouTube().Match(address) is { Success: true } video)
            return $"https://www.youtube.com/watch?v={video.Groups[1].Value}";
        return Vimeo().Match(address) is { Success: true } film ? $"https://vimeo.com/{film.Groups[1].Value}" : address;
    }

    private static string TitleOf(IElement element)
    {
        var title = element.QuerySelector(Titles)?.TextContent ?? SubstackData.Of(element, "title");
        if (title.Length == 0)
            title = element.GetAttribute("title") ?? element.QuerySelector("iframe[title]")?.GetAttribute("title") ?? "";
        if (title.Length == 0 && element.QuerySelector("figcaption") is { } caption)
            title = HtmlFigures.PlainWords(caption);
        return title.Trim() is var words && words.Length > 200 ? words[..200] : words;
    }

    [GeneratedRegex(@"/subscribe\b|action=share|action=restack|%%|/account\b|leave_comment|/comments\b|utm_campaign=pub-share|/portal",
        RegexOptions.IgnoreCase)]
    private static partial Regex Sharing();

    [GeneratedRegex(@"^https?://(?:www\.)?google\.com/url\?(?:.*&)?q=(https?[^&]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Counted();

    [GeneratedRegex(@"^https?://(?:www\.)?youtube(?:-nocookie)?\.com/embed/([A-Za-z0-9_-]{6,20})", RegexOptions.IgnoreCase)]
    private static partial Regex YouTube();

    [GeneratedRegex(@"^https?://player\.vimeo\.com/video/([0-9]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Vimeo();
}
