namespace Dispatch.Api.Pages.Desk.Readers;

/// <summary>Writes a line of CSV for the import of a single reader.</summary>
internal static class CsvLine
{
    public static string Of(params ReadOnlySpan<string?> cells)
    {
        var quoted = new string[cells.Length];
        for (var at = 0; at < cells.Length; at++)
            quoted[at] = $"\"{(cells[at] ?? "").Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return string.Join(',', quoted);
    }
}
