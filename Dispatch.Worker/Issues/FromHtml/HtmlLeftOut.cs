using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>
/// What an issue doesn't take from a page: boxes for subscribing and sharing, forms, and whatever was invisible. The author is told about
/// all but the last.
/// </summary>
internal sealed partial class HtmlLeftOut
{
    private readonly SortedSet<string> named = new(StringComparer.Ordinal);

    /// <summary>What was left out so far, in words.</summary>
    public IReadOnlyCollection<string> Named => named;

    public bool Is(IElement element)
    {
        if (element.LocalName is "script" or "style" or "template" or "link" or "meta" or "head" or "title" or "svg" or "canvas" or "input"
            or "select" or "textarea" or "map" or "noscript" || (element.LocalName == "img" && HtmlFigures.IsPixel(element))
            || element.GetAttribute("hidden") is not null || IsPreviewLine(element))
            return true;
        if (element.LocalName.Contains(':') && element.TextContent.Trim().Length == 0) // Word's o:p
            return true;
        if (Has(element, "subscription-widget-wrap-editor", "subscription-widget-wrap", "subscription-widget", "subscribe-widget",
            "kg-signup-card", "kg-email-cta-card", "kg-email-card", "kg-cta-card", "install-substack-app-embed", "community-chat"))
            return Leave("boxes for subscribing");
        if (Has(element, "image-link-expand", "image-expand"))
            return true;
        if (element.LocalName is "form" or "button")
            return Leave("forms");
        return Has(element, "button-wrapper", "captioned-button-wrap") && HtmlEmbeds.IsForSharing(element)
            && Leave("buttons for subscribing and sharing");

        bool Leave(string what)
        {
            named.Add(what);
            return true;
        }
    }

    /// <summary>
    /// Whether an element is an email's hidden line for the inbox. Other hidden text may be one that a click opens, and is kept.
    /// </summary>
    public static bool IsPreviewLine(IElement element) => element.GetAttribute("style") is { Length: > 0 } style
        && Hidden().IsMatch(style) && (Shrunk().IsMatch(style) || Has(element, "preheader", "preview", "preview-text", "preheader-text"));

    [GeneratedRegex(@"\bdisplay\s*:\s*none\b", RegexOptions.IgnoreCase)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"\b(?:mso-hide\s*:\s*all|(?:max-height|max-width|font-size|line-height|opacity)\s*:\s*[01](?:px)?(?![\d.]))",
        RegexOptions.IgnoreCase)]
    private static partial Regex Shrunk();

    /// <summary>Whether an element has one of these classes.</summary>
    public static bool Has(IElement element, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
            if (element.ClassList.Contains(name))
                return true;
        return false;
    }
}
