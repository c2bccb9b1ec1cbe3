using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AngleSharp.Html.Parser;

namespace Dispatch.Tests.Pages.Site.Feeds;

/// <summary>Finds what breaks the rules of Atom (RFC 4287) or JSON Feed 1.1 in a feed.</summary>
internal static partial class FeedRules
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";

    // RFC 4287 §4.1.1 and §4.1.2. A star stands for any number, a plus for one or more, a question mark for at most one, nothing for one.
    private static readonly Dictionary<string, string> Children = new(StringComparer.Ordinal)
    {
        ["feed"] = "id title updated subtitle? generator? icon? logo? rights? author* contributor* category* link* entry*",
        ["entry"] = "id title updated published? summary? content? rights? source? author* contributor* category* link*",
        ["author"] = "name uri? email?",
        ["contributor"] = "name uri? email?",
    };

    private static readonly Dictionary<string, string> JsonNames = new(StringComparer.Ordinal)
    {
        ["feed"] = "version title home_page_url feed_url description user_comment next_url icon favicon authors language expired hubs "
            + "items",
        ["item"] = "id url external_url title content_html content_text summary image banner_image date_published date_modified authors "
            + "tags language attachments",
        ["author"] = "name url avatar",
    };

    public static IReadOnlyList<string> BrokenInAtom(string xml)
    {
        var found = new List<string>();
        var feed = XDocument.Parse(xml).Root!;
        if (feed.Name != Atom + "feed")
            return ["the root is no atom:feed"];
        foreach (var element in feed.DescendantsAndSelf())
            found.AddRange(BrokenIn(element));
        var entries = feed.Elements(Atom + "entry").ToList();
        found.AddRange(Twice("id", entries.Append(feed).Select(one => one.Element(Atom + "id")?.Value)));
        if (feed.Element(Atom + "author") is null && entries.Any(entry => entry.Element(Atom + "author") is null))
            found.Add("§4.1.1: neither the feed nor each entry has an author");
        if (!feed.Elements(Atom + "link").Any(link => (string?)link.Attribute("rel") == "self"))
            found.Add("§4.1.1: there is no link to the feed itself");
        foreach (var holder in entries.Append(feed))
            found.AddRange(Twice("§4.1.1 alternate link", holder.Elements(Atom + "link")
                .Where(link => (string?)link.Attribute("rel") is null or "alternate").Select(link => (string?)link.Attribute("type"))));
        return found;
    }

    public static IReadOnlyList<string> BrokenInJson(string json)
    {
        var found = new List<string>();
        var feed = JsonSerializer.Deserialize<JsonElement>(json);
        Named(feed, "feed", found);
        if (TextOf(feed, "version") != "https://jsonfeed.org/version/1.1")
            found.Add("version");
        if (string.IsNullOrEmpty(TextOf(feed, "title")))
            found.Add("the feed has no title");
        if (!feed.TryGetProperty("items", out var items) || items.ValueKind is not JsonValueKind.Array)
            return [.. found, "the feed has no items"];
        foreach (var one in items.EnumerateArray().Prepend(feed))
        {
            foreach (var name in new[] { "home_page_url", "feed_url", "next_url", "url", "external_url", "image", "icon" })
                if (one.TryGetProperty(name, out var url) && !IsAddress(url.GetString()))
                    found.Add($"{name}: {url}");
            foreach (var name in new[] { "date_published", "date_modified" })
                if (one.TryGetProperty(name, out var date) && !IsTime(date.GetString()))
                    found.Add($"{name}: {date}");
            if (one.TryGetProperty("authors", out var authors))
                foreach (var author in authors.EnumerateArray())
                {
                    Named(author, "author", found);
                    if (!author.EnumerateObject().Any() || (author.TryGetProperty("url", out var page) && !IsAddress(page.GetString())))
                        found.Add($"author: {author}");
                }
        }
        foreach (var item in items.EnumerateArray())
        {
            Named(item, "item", found);
            if (TextOf(item, "content_html") is { } html)
                found.AddRange(BrokenInHtml(html));
            else if (TextOf(item, "content_text") is null)
                found.Add("an item has neither content_html nor content_text");
            if (TextOf(item, "summary") is { } summary && summary.Contains('<', StringComparison.Ordinal))
                found.Add($"summary: {summary}");
        }
        return [.. found, .. Twice("id", items.EnumerateArray().Select(item => TextOf(item, "id")))];
    }

    private static IEnumerable<string> BrokenIn(XElement element)
    {
        var name = element.Name.LocalName;
        if (element.Name.Namespace != Atom)
            yield return $"foreign: {element.Name}";
        if (Children.TryGetValue(name, out var allowed))
        {
            var known = allowed.Split(' ');
            foreach (var child in element.Elements().Where(child => !known.Any(one => one.TrimEnd('?', '*') == child.Name.LocalName)))
                yield return $"{name} has {child.Name.LocalName}";
            foreach (var child in known.Where(child => child[^1] != '*'))
                if (element.Elements(Atom + child.TrimEnd('?')).Count() is var count && (count > 1 || (count == 0 && child[^1] != '?')))
                    yield return $"{name} has {count} of {child}";
        }
        else if (element.HasElements)
            yield return $"{name} has elements within it";
        if (name is "id" or "uri" && !Uri.IsWellFormedUriString(element.Value, UriKind.Absolute))
            yield return $"§4.2.6: {name} is no IRI: {element.Value}";
        if (name is "updated" or "published" && !IsTime(element.Value))
            yield return $"§3.3: {element.Value}";
        if (name is "name" or "title" && string.IsNullOrWhiteSpace(element.Value))
            yield return $"{name} is empty";
        if (name == "link" && !IsAddress((string?)element.Attribute("href")))
            yield return $"§4.2.7.1: {element}";
        if (name == "link" && element.Attribute("type") is { } type && !MediaType().IsMatch(type.Value))
            yield return $"§4.2.7.3: {type.Value}";
        if (name == "entry" && element.Element(Atom + "content") is null && element.Elements(Atom + "link").All(link =>
            (string?)link.Attribute("rel") is not (null or "alternate")))
            yield return "§4.1.2: neither content nor an alternate link";
        if (name is "title" or "subtitle" or "summary" or "rights" or "content")
        {
            var kind = (string?)element.Attribute("type") ?? "text";
            if (kind is not ("text" or "html"))
                yield return $"§3.1.1: {name} is {kind}";
            if (kind == "html")
                foreach (var broken in BrokenInHtml(element.Value))
                    yield return broken;
        }
    }

    // A feed reader shows the HTML on a page of its own: nothing may be relative, and nothing may run (§8.1).
    private static IEnumerable<string> BrokenInHtml(string html)
    {
        foreach (var element in new HtmlParser().ParseDocument($"<body>{html}").Body!.QuerySelectorAll("*"))
        {
            if (element.LocalName is "script" or "style" or "iframe" or "form" or "input" or "object" or "embed" or "base" or "meta"
                or "link")
                yield return $"<{element.LocalName}>";
            foreach (var attribute in element.Attributes)
            {
                if (attribute.Name.StartsWith("on", StringComparison.Ordinal))
                    yield return $"{attribute.Name} in <{element.LocalName}>";
                if (attribute.Name is "href" or "src" && !IsAddress(attribute.Value))
                    yield return $"{attribute.Name}: {attribute.Value}";
                if (attribute.Name == "srcset" && attribute.Value.Split(", ").Any(one => !IsAddress(one.Split(' ')[0])))
                    yield return $"srcset: {attribute.Value}";
            }
        }
    }

    private static void Named(JsonElement value, string kind, List<string> found) =>
        found.AddRange(value.EnumerateObject()
            .Where(property => property.Name[0] != '_' && !JsonNames[kind].Split(' ').Contains(property.Name))
            .Select(property => $"{kind} has {property.Name}"));

    private static string? TextOf(JsonElement value, string name) =>
        value.TryGetProperty(name, out var text) && text.ValueKind is JsonValueKind.String ? text.GetString() : null;

    private static IEnumerable<string> Twice(string what, IEnumerable<string?> values) => values.GroupBy(value => value)
        .Where(same => same.Count() > 1).Select(same => $"{what} occurs {same.Count()} times: {same.Key}");

    private static bool IsAddress(string? address) => Uri.TryCreate(address, UriKind.Absolute, out var read)
        && read.Scheme is "http" or "https" or "mailto" or "tel" or "sgnl" or "geo" && address.All(char.IsAscii)
        && !address.Any(char.IsWhiteSpace);

    private static bool IsTime(string? text) => text is not null && Time().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    // RFC 3339 §5.6, with a capital T and Z as RFC 4287 §3.3 asks.
    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$", RegexOptions.ECMAScript)]
    private static partial Regex Time();

    [GeneratedRegex("^[a-z]+/[a-z0-9.+-]+$")]
    private static partial Regex MediaType();
}
