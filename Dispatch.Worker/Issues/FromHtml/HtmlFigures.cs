using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Pictures in HTML.</summary>
internal static partial class HtmlFigures
{
    /// <summary>Returns a picture as a figure in Markdown, or null if it has no address or is left out.</summary>
    /// <param name="picture">The img element.</param>
    /// <param name="around">The element around it, whose link it keeps unless that leads to the picture itself.</param>
    /// <param name="caption">The caption with the credit, as plain words.</param>
    /// <param name="choices">What becomes of the picture.</param>
    public static string? Of(IElement picture, IElement? around, string caption, HtmlChoices choices)
    {
        var address = Unwrapped(SourceOf(picture));
        if (address.Length == 0 || choices.Picture(address) is not { } name)
            return null;
        var (words, credit) = Captions.Divide(caption.Length > 0 ? caption : picture.GetAttribute("title") ?? "");
        var figure = Captions.Figure(AltOf(picture), name, words, credit);
        for (var at = around; at is not null && at.LocalName is not ("figure" or "p" or "div" or "li" or "td"); at = at.ParentElement)
            if (at.LocalName == "a" && at.GetAttribute("href") is { Length: > 0 } target && target[0] != '#'
                && !IsPicture(target) && choices.Link(target) is { Length: > 0 } leads)
                return $"[{figure}]({MarkdownText.Target(leads)})";
        return figure;
    }

    /// <summary>Returns a picture's alternative text.</summary>
    public static string AltOf(IElement picture) => (picture.GetAttribute("alt") is { Length: > 0 } alt ? alt
        : SubstackData.Of(picture, "alt")).Trim();

    /// <summary>Returns the picture of an element that contains nothing else, or null.</summary>
    public static IElement? OnlyPicture(IElement element)
    {
        var pictures = element.LocalName == "img" ? [element]
            : element.QuerySelectorAll("img").Where(one => !IsPixel(one)).Take(2).ToArray();
        return pictures is [var only] && string.IsNullOrWhiteSpace(element.TextContent)
            && element.QuerySelector("iframe, video, audio, table, hr") is null ? only : null;
    }

    /// <summary>Whether a picture is a tracking pixel.</summary>
    public static bool IsPixel(IElement element) => element.LocalName == "img" && (Is(element, "width") || Is(element, "height"));

    /// <summary>Whether an address leads to a picture's file.</summary>
    public static bool IsPicture(string address) =>
        PictureFile().IsMatch(address) || address.Contains("substackcdn.com/image/", StringComparison.Ordinal);

    /// <summary>Returns a picture's original address. Substack's image network appends it to its own address.</summary>
    public static string Unwrapped(string address)
    {
        if (Cdn().Match(address) is { Success: true } origin)
            return Uri.UnescapeDataString(origin.Groups[1].Value);
        return address;
    }

    /// <summary>Returns the text of an element, without that of hidden elements.</summary>
    public static string PlainWords(IElement element)
    {
        var words = Spaces().Replace(string.Concat(element.Descendants().Select(node => node switch
        {
            IText text when text.ParentElement?.LocalName is not ("script" or "style") => text.Data,
            IElement { LocalName: "br" or "p" or "div" } => " ",
            _ => "",
        })), " ").Trim();
        return words.Length > 1000 ? words[..1000] : words;
    }

    private static string SourceOf(IElement picture)
    {
        foreach (var name in new[] { "src", "data-src", "data-lazy-src", "data-original" })
            if (picture.GetAttribute(name)?.Trim() is { Length: > 0 } address
                && !(name == "src" && address.StartsWith("data:image/svg", StringComparison.Ordinal))
                && !(name == "src" && address.StartsWith("data:image/gif", StringComparison.Ordinal) && picture.HasAttribute("data-src")))
                return address;
        return picture.GetAttribute("srcset")?.Split(',', ' ').FirstOrDefault(part => part.Length > 0) ?? SubstackData.Of(picture, "src");
    }

    private static bool Is(IElement element, string side) => element.GetAttribute(side) is { } length
        && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels <= 2;

    [GeneratedRegex(@"\.(?:jpe?g|png|gif|webp|avif|heic|svg)(?:$|[?#])", RegexOptions.IgnoreCase)]
    private static partial Regex PictureFile();

    [GeneratedRegex(@"^https?://(?:substackcdn\.com|cdn\.substack\.com)/image/.*?/(https?(?:%3A|:)(?:%2F|/){2}[^\s]+)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Cdn();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
