using System.Globalization;
using System.Text.Json;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>What was found in a file. It names columns and lines, and contains nothing about any reader.</summary>
public sealed class ImportFindings
{
    /// <summary>The files, plain or from a zip, in the order in which they were read.</summary>
    public List<FileFindings> Files { get; init; } = [];

    /// <summary>What a person should know, in sentences.</summary>
    public List<string> Remarks { get; init; } = [];

    /// <summary>The slug of the newsletter for rows that name none.</summary>
    public string Newsletter { get; set; } = "";

    /// <summary>The number of rows, whatever became of them.</summary>
    public int Rows { get; set; }

    /// <summary>The number of refused rows.</summary>
    public int Refused { get; set; }

    /// <summary>The numbers of rows that are not imported, by reason.</summary>
    public SortedDictionary<string, int> Skipped { get; init; } = new(StringComparer.Ordinal);

    /// <summary>
    /// The number of rows that don't say whether the reader is subscribed. They are pending unless the person who imports them says what
    /// they are.
    /// </summary>
    public int WithoutWord { get; set; }

    /// <summary>The number of rows that say "confirmed" without a date to prove it. They are pending.</summary>
    public int WithoutDate { get; set; }

    /// <summary>The number of rows with a date without an offset, which was read as UTC.</summary>
    public int AssumedUtc { get; set; }

    /// <summary>The dropped columns, each with the reason.</summary>
    public SortedDictionary<string, string> Dropped { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The columns that become fields of the reader.</summary>
    public SortedSet<string> Fields { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Lists in the file that aren't newsletters here.</summary>
    public SortedSet<string> UnknownLists { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The number of chunks that a dry run has examined.</summary>
    public int ChunksLookedAt { get; set; }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static ImportFindings FromJson(string? json) => json is null ? new() : JsonSerializer.Deserialize<ImportFindings>(json)!;
}

/// <summary>What a file is, and why it was recognized as that.</summary>
public sealed record FileFindings(string Name, string System, string Title, string Because, string Form);

/// <summary>A refused line.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line where the record begins, from 1; in a JSON file, the number of the entry.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Why">What is wrong, without the cell's text.</param>
/// <param name="Right">What would be right.</param>
public sealed record RefusedLine(string File, int Line, string Column, string Why, string Right);

/// <summary>The report of refused lines as CSV: where each one is, what is wrong, and what would be right. It quotes no cells.</summary>
public static class RefusedLines
{
    public const string Header = "file,line,column,why,right";

    public static string AsCsv(RefusedLine line) => string.Join(',', Csv.Cell(line.File),
        line.Line.ToString(CultureInfo.InvariantCulture), Csv.Cell(line.Column), Csv.Cell(line.Why), Csv.Cell(line.Right));
}
