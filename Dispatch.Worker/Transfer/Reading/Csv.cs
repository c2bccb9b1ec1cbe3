namespace Dispatch.Worker.Transfer.Reading;

/// <summary>Writes cells of a CSV file (RFC 4180), guarded against being run as formulas by a spreadsheet.</summary>
internal static class Csv
{
    public static string Cell(string? text)
    {
        var cell = CellText.Guarded(text ?? "");
        return cell.AsSpan().IndexOfAny("\",;\r\n\t") < 0 && (cell.Length == 0 || (cell[0] != ' ' && cell[^1] != ' '))
            ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
