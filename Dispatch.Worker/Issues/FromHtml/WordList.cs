using System.Globalization;
using System.Text.RegularExpressions;
using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>An item of a list as Word writes it: a paragraph with a style, and the bullet as text.</summary>
internal static partial class WordList
{
    private const int DeepestLevel = 8;

    public static bool IsItem(IElement? element) =>
        element is { LocalName: "p" } && element.GetAttribute("style") is { } style && Level().IsMatch(style);

    /// <summary>Adds an item to the list that it continues, or begins a list.</summary>
    public static void AddItem(IElement element, HtmlSpans spans, List<string> blocks)
    {
        var (ordered, level, words) = Read(element, spans);
        if (words.Length == 0)
            return;
        var mark = ordered ? "1. " : "- ";
        var line = MarkdownText.Indented(words, new string(' ', level * mark.Length) + mark, new string(' ', (level + 1) * mark.Length));
        if (blocks.Count > 0 && IsItem(element.PreviousElementSibling))
            blocks[^1] += "\n" + line;
        else
            blocks.Add(line.TrimStart());
    }

    // Returns whether an item has a number, its level from 0, and its words.
    private static (bool Ordered, int Level, string Words) Read(IElement item, HtmlSpans spans)
    {
        var level = int.Parse(Level().Match(item.GetAttribute("style")!).Groups[1].Value, CultureInfo.InvariantCulture) - 1;
        var bullet = item.QuerySelectorAll("span").FirstOrDefault(span =>
            span.GetAttribute("style")?.Contains("mso-list:Ignore", StringComparison.OrdinalIgnoreCase) == true);
        var ordered = bullet is not null && Number().IsMatch(bullet.TextContent);
        bullet?.Remove();
        return (ordered, Math.Clamp(level, 0, DeepestLevel), string.Join("\n\n", spans.Paragraphs(item.ChildNodes)));
    }

    [GeneratedRegex(@"mso-list\s*:\s*\S+\s+level([0-9]{1,2})", RegexOptions.IgnoreCase)]
    private static partial Regex Level();

    [GeneratedRegex(@"^\s*\(?[0-9A-Za-z]{1,3}[.)]")]
    private static partial Regex Number();
}
