using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>
/// The footnotes of a document. Programs mark them up in different ways, but with all of them a link in the text leads to a note, and a
/// link in the note leads back.
/// </summary>
internal sealed class HtmlFootnotes
{
    private readonly Dictionary<IElement, int> marks = [];
    private readonly Dictionary<IElement, int> notes = [];
    private readonly HashSet<INode> backLinks = [];

    public HtmlFootnotes(IDocument document, int first)
    {
        var byId = new Dictionary<string, IElement>(StringComparer.Ordinal);
        foreach (var element in document.All)
        {
            if (element.Id is { Length: > 0 } id)
                byId.TryAdd(id, element);
            if (element.LocalName == "a" && element.GetAttribute("name") is { Length: > 0 } name)
                byId.TryAdd(name, element);
        }
        foreach (var mark in document.QuerySelectorAll("a[href*='#']"))
        {
            if (TargetOf(mark, byId) is not { } target || NoteAround(target) is not { } note
                || mark.GetAncestors().OfType<IElement>().Any(around => around == note || notes.ContainsKey(around)))
                continue;
            var backs = note.QuerySelectorAll("a[href*='#']").Where(back => PageOf(back) == PageOf(mark) && TargetOf(back, byId) is { } to
                && (to == mark || to == mark.ParentElement || to.Contains(mark) || mark.Contains(to))
                && to.TextContent.Length <= mark.TextContent.Length + 4).ToList();
            if (backs.Count == 0)
                continue;
            if (!notes.TryGetValue(note, out var number))
                notes[note] = number = first + notes.Count;
            marks[mark] = number;
            backLinks.UnionWith(backs);
        }
    }

    /// <summary>The number of the note that a link in the text stands for, or null if it is another link.</summary>
    public int? NumberOf(IElement link) => marks.TryGetValue(link, out var number) ? number : null;

    /// <summary>Whether an element is a note. Notes are written at the end.</summary>
    public bool IsNote(IElement element) => notes.ContainsKey(element);

    /// <summary>Whether a rule only separates the text from the notes below it.</summary>
    public bool AreBelow(IElement rule) => rule.NextElementSibling is { } next && notes.Keys.Any(next.Contains);

    /// <summary>Whether a link leads from a note back to the text.</summary>
    public bool IsBackLink(INode link) => backLinks.Contains(link);

    public IEnumerable<(int Number, IElement Note)> All => notes.OrderBy(note => note.Value).Select(note => (note.Value, note.Key));

    private static IElement? TargetOf(IElement link, Dictionary<string, IElement> byId) =>
        byId.GetValueOrDefault(link.GetAttribute("href")![(PageOf(link).Length + 1)..]);

    // Empty within a page. When a browser copies a part of a page, it writes the page's address before each fragment.
    private static string PageOf(IElement link) => link.GetAttribute("href")!.Split('#')[0];

    private static IElement? NoteAround(IElement target)
    {
        for (var at = target; at is not null && at.LocalName is not ("body" or "html"); at = at.ParentElement)
            if (at.LocalName is "li" or "p" or "aside" || at.ClassList.Contains("footnote")
                || (at.LocalName == "div" && at.Id is { } id && (id.StartsWith("ftn", StringComparison.Ordinal)
                    || id.StartsWith("fn", StringComparison.Ordinal) || id.StartsWith("footnote", StringComparison.Ordinal))))
                return at.LocalName == "p" && at.ParentElement is { LocalName: "div" } box && box.Id?.StartsWith("ftn",
                    StringComparison.Ordinal) == true ? box : at;
        return null;
    }
}
