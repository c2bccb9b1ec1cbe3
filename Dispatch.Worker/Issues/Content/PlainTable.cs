using System.Globalization;
using Dispatch.Templates;
using Dispatch.Templates.Languages;

namespace Dispatch.Worker.Issues.Content;

/// <summary>Lays out a table as plain text.</summary>
internal static class PlainTable
{
    private const int Gap = 2;

    /// <summary>Returns the table in columns. If the columns don't fit in the width, each row becomes a list of its cells.</summary>
    public static string Of(ColumnAlignment[] columns, string[] head, string[][] rows, int width, string language)
    {
        var widths = columns.Select((_, column) => rows.Append(head).Max(row => PlainText.WidthOf(row[column]))).ToArray();
        if (widths.Sum() + Gap * (widths.Length - 1) > width)
            return string.Join("\n\n", rows.Select(row => Record(head, row, width, Texts.Of(language))));
        string[] above = head.All(cell => cell.Length == 0) ? [] : [Line(head), Line([.. widths.Select(w => new string('-', w))])];
        return string.Join('\n', [.. above, .. rows.Select(Line)]);

        string Line(string[] row) =>
            string.Join(new string(' ', Gap), row.Select((cell, column) => Padded(cell, widths[column], columns[column]))).TrimEnd();
    }

    private static string Padded(string cell, int width, ColumnAlignment alignment)
    {
        var missing = Math.Max(0, width - PlainText.WidthOf(cell));
        var before = alignment switch { ColumnAlignment.End => missing, ColumnAlignment.Center => missing / 2, _ => 0 };
        return new string(' ', before) + cell + new string(' ', missing - before);
    }

    private static string Record(string[] head, string[] row, int width, Texts texts) => string.Join('\n', head.Zip(row)
        .Where(pair => pair.Second.Length > 0)
        .Select(pair => PlainText.Wrap(
            pair.First.Length > 0 ? texts.Labeled(pair.First, pair.Second) : pair.Second, "", "  ", width)));
}

/// <summary>Superscript and subscript in plain text, with Unicode's characters where they exist.</summary>
internal static class Scripts
{
    public static string Raised(int number) => Raised(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Returns a superscript, such as 10⁶, or ^er if Unicode lacks a character.</summary>
    public static string Raised(string text) => In("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", text) ?? $"^{text}";

    /// <summary>Returns a subscript, such as H₂O, or _max if Unicode lacks a character.</summary>
    public static string Lowered(string text) => In("₀₁₂₃₄₅₆₇₈₉₊₋", text) ?? $"_{text}";

    private static string? In(string signs, string text)
    {
        const string plain = "0123456789+-";
        text = text.Replace('−', '-');
        return text.All(plain.Contains) ? string.Concat(text.Select(c => signs[plain.IndexOf(c, StringComparison.Ordinal)])) : null;
    }
}
