namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>
/// Compares two texts line by line, and marks each line that the other text does not have. In Markdown, a line is usually a paragraph.
/// </summary>
public static class LineMarks
{
    public static IReadOnlyList<(string Line, bool OnlyHere)> Of(string text, string other)
    {
        var known = Lines(other).ToHashSet(StringComparer.Ordinal);
        return [.. Lines(text).Select(line => (line, line.Length > 0 && !known.Contains(line)))];
    }

    private static IEnumerable<string> Lines(string text) => text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd());
}
