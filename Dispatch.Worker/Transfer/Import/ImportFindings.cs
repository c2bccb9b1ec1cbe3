using System.Globalization;
using System.Text.Json;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>What was found in a file. It names columns and lines, and says nothing of any reader.</summary>
public sealed class ImportFindings
{
    /// <summary>The files, as they are or in a zip, in the order in which they were read.</summary>
    public List<FileFindings> Files { get; init; } = [];

    /// <summary>What a person should know, in sentences.</summary>
    public List<string> Remarks { get; init; } = [];

    /// <summary>The slug of the newsletter for rows that name none.</summary>
    public string Newsletter { get; set; } = "";

    /// <summary>The rows, whatever became of them.</summary>
    public int Rows { get; set; }

    /// <summary>The rows that are refused, and listed.</summary>
    public int Refused { get; set; }

    /// <summary>The rows that are not imported, by reason.</summary>
    public SortedDictionary<string, int> Skipped { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The rows that don't say whether their reader is subscribed. They are pending unless somebody said what they are.</summary>
    public int WithoutWord { get; set; }

    /// <summary>The rows that say confirmed, without the date that proves it. They are pending.</summary>
    public int WithoutDate { get; set; }

    /// <summary>The rows with a date without an offset, which was read as UTC.</summary>
    public int AssumedUtc { get; set; }

    /// <summary>The dropped columns, each with the reason.</summary>
    public SortedDictionary<string, string> Dropped { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The columns that become fields of the reader.</summary>
    public SortedSet<string> Fields { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Lists of the file that are no newsletter here.</summary>
    public SortedSet<string> UnknownLists { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How many chunks a dry run has looked at.</summary>
    public int ChunksLookedAt { get; set; }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ImportFindings FromJson(string? json) => json is null ? new() : JsonSerializer.Deserialize<ImportFindings>(json)!;
}

/// <summary>What one file is, and how that was found out.</summary>
public sealed record FileFindings(string Name, string System, string Title, string Because, string Form);

/// <summary>A refused line.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line that the record begins in, from 1; the number of the entry in a JSON file.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Why">What is wrong, without the cell's text.</param>
/// <param name="Right">What would be right.</param>
public sealed record RefusedLine(string File, int Line, string Column, string Why, string Right);

/// <summary>The report of refused lines as CSV: where each is, what is wrong, and what would be right. It quotes no cell.</summary>
public static class RefusedLines
{
    public const string Header = "file,line,column,why,right";

    public static string AsCsv(RefusedLine line) => string.Join(',', Csv.Cell(line.File),
        line.Line.ToString(CultureInfo.InvariantCulture), Csv.Cell(line.Column), Csv.Cell(line.Why), Csv.Cell(line.Right));
}
