using System.Globalization;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>The report of refused lines as CSV: where each is, what is wrong, and what would be right. It quotes no cell.</summary>
public static class RefusedLines
{
    public const string Header = "file,line,column,why,right";

    public static string AsCsv(RefusedLine line) => string.Join(',', Csv.Cell(line.File),
        line.Line.ToString(CultureInfo.InvariantCulture), Csv.Cell(line.Column), Csv.Cell(line.Why), Csv.Cell(line.Right));
}
