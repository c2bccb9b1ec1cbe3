using AngleSharp.Dom;

namespace Dispatch.Worker.Issues.FromHtml;

/// <summary>Distinguishes tables of data from tables used for layout, as in emails, and writes the former as Markdown tables.</summary>
internal static class HtmlTables
{
    private const int MostColumns = 30;
    private const string NotInCells = "table, ul, ol, blockquote, pre, figure, h1, h2, h3, h4, h5, h6, iframe, video, hr, form";

    /// <summary>Returns the table, or null if its cells should be read as blocks.</summary>
    public static string? Read(IElement table, HtmlSpans spans)
    {
        if (table.GetAttribute("role") is "presentation" or "none" || table.QuerySelector(NotInCells) is not null)
            return null;
        var rows = table.QuerySelectorAll("tr").Select(row => row.Children.Where(cell => cell.LocalName is "td" or "th")
            .SelectMany(cell => Enumerable.Repeat("", SpanOf(cell) - 1).Prepend(spans.Cell(cell.ChildNodes))).ToList())
            .Where(row => row.Any(cell => cell.Length > 0)).ToList();
        var width = rows.Select(row => row.Count).DefaultIfEmpty(0).Max();
        if (rows.Count < 2 || width is < 2 or > MostColumns)
            return null;
        foreach (var row in rows)
            row.AddRange(Enumerable.Repeat("", width - row.Count));
        var lines = rows.Select(row => $"| {string.Join(" | ", row)} |").ToList();
        lines.Insert(1, $"|{string.Concat(Enumerable.Repeat(" --- |", width))}");
        var caption = table.QuerySelector("caption") is { } words ? spans.Line(words.ChildNodes) : "";
        return (caption.Length > 0 ? MarkdownText.Marked("**", caption) + "\n\n" : "") + string.Join('\n', lines);
    }

    private static int SpanOf(IElement cell) => int.TryParse(cell.GetAttribute("colspan"), out var columns)
        ? Math.Clamp(columns, 1, MostColumns) : 1;
}
