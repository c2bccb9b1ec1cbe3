namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>
/// Two texts side by side: each line, and whether the other text has it too. Lines are paragraphs in an issue's Markdown, so this shows
/// what has changed without the puzzles of a word-by-word comparison.
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
