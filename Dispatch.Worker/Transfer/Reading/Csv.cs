using System.Buffers;

namespace Dispatch.Worker.Transfer.Reading;

/// <summary>Writes cells of a CSV file (RFC 4180), guarded against being run as formulas by a spreadsheet.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",;\r\n\t");

    public static string Cell(string? text)
    {
        var cell = CellText.Guarded(text ?? "");
        return cell.AsSpan().IndexOfAny(Quoted) < 0 && (cell.Length == 0 || (cell[0] != ' ' && cell[^1] != ' '))
            ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
