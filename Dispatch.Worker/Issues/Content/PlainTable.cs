using System.Globalization;
using Dispatch.Templates;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Lays out a table as plain text.</summary>
internal static class PlainTable
{
    private const int Gap = 2;

    /// <summary>Returns the table as columns, or as a record for each row if the columns don't fit in the width.</summary>
    public static string Of(ColumnAlignment[] columns, string[] head, string[][] rows, int width)
    {
        var widths = columns.Select((_, column) => rows.Append(head).Max(row => PlainText.WidthOf(row[column]))).ToArray();
        if (widths.Sum() + Gap * (widths.Length - 1) > width)
            return string.Join("\n\n", rows.Select(row => Record(head, row, width)));
        return string.Join('\n', [Line(head), Line([.. widths.Select(w => new string('-', w))]), .. rows.Select(Line)]);

        string Line(string[] row) =>
            string.Join(new string(' ', Gap), row.Select((cell, column) => Padded(cell, widths[column], columns[column]))).TrimEnd();
    }

    private static string Padded(string cell, int width, ColumnAlignment alignment)
    {
        var missing = Math.Max(0, width - PlainText.WidthOf(cell));
        var before = alignment switch { ColumnAlignment.End => missing, ColumnAlignment.Center => missing / 2, _ => 0 };
        return new string(' ', before) + cell + new string(' ', missing - before);
    }

    private static string Record(string[] head, string[] row, int width) => string.Join('\n', head.Zip(row)
        .Where(pair => pair.Second.Length > 0)
        .Select(pair => PlainText.Wrap(pair.First.Length > 0 ? $"{pair.First}: {pair.Second}" : pair.Second, "", "  ", width)));
}

/// <summary>Writes raised and lowered text in plain text, where Unicode has characters for it.</summary>
internal static class Scripts
{
    public static string Raised(int number) => Raised(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Returns 10⁶ for a raised 6, and ^er for letters.</summary>
    public static string Raised(string text) => In("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", text) ?? $"^{text}";

    /// <summary>Returns H₂O for a lowered 2, and _max for letters.</summary>
    public static string Lowered(string text) => In("₀₁₂₃₄₅₆₇₈₉₊₋", text) ?? $"_{text}";

    private static string? In(string signs, string text)
    {
        const string plain = "0123456789+-";
        text = text.Replace('−', '-');
        return text.All(plain.Contains) ? string.Concat(text.Select(c => signs[plain.IndexOf(c, StringComparison.Ordinal)])) : null;
    }
}
