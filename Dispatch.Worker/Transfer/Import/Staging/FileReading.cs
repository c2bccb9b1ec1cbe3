using System.Text.Json;
using Dispatch.Worker.Transfer.Reading;
using Dispatch.Worker.Transfer.Systems;

namespace Dispatch.Worker.Transfer.Import.Staging;

/// <summary>Reads a file to its end, row by row, and passes on each reader and each refused line.</summary>
internal sealed class FileReading(ImportChoices choices, RowJudge judge, ImportFindings found)
{
    private const int LinesBetweenSigns = 4096;

    private readonly Dictionary<string, string> map = Plain(choices.Map);

    private int order;

    public required Action<StagedReader> Stage { get; init; }
    public required Action<RefusedLine> Refuse { get; init; }
    public Action? OnRead { get; init; }
    public required CancellationToken Cancel { get; init; }

    /// <exception cref="UnreadableFileException">The file can't be read to its end, or isn't recognized.</exception>
    public void Read(string name, Stream stream, long? bytes)
    {
        foreach (var file in ImportFile.Open(name, stream, bytes))
        {
            var content = ForeignFile.Checked(file.Name, file.Content, out var head);
            if (head.IsEmpty)
                found.Remarks.Add($"{file.Name} in the zip is empty.");
            else if (JsonEntries.Open(head.Span, content) is { } entries)
                ReadJson(file.Name, entries);
            else
                ReadCsv(file.Name, content);
        }
        if (found.Rows == 0)
            throw new UnreadableFileException("The file has no readers: it ends after its header.");
    }

    private void ReadCsv(string name, Stream stream)
    {
        using var text = FileText.Open(stream, choices.Encoding, out var encoding);
        using var csv = new CsvReader(text, encoding);
        do
            if (!csv.Read())
                throw new UnreadableFileException($"{name} is empty.");
        while (csv.IsBlank);
        var columns = new SourceColumns(name, Header(name, csv.Cells));
        if (Twice(columns.Names) is { } twice)
            throw new UnreadableFileException($"{name} has two columns {twice}, which may say two things. Rename one, or drop it with "
                + "--map.");
        var (system, because) = SourceSystems.Of(columns, choices.From, choices.Map.Count > 0);
        Found(name, system, because, $"{encoding}, {csv.DelimiterInWords}, lines end with {csv.LineEnd}");
        if (system is OwnFile && !columns.Has("status") && columns.Names.Where(UnreadGoodbyes.MayBeIn).ToList() is { Count: > 0 } unread)
            found.Remarks.Add($"These columns may say who left, and aren't read: {string.Join(", ", unread.Take(10))}. If they do, map "
                + $"them, such as --map \"{unread[0]}=unsubscribed_at\" for the day of it, or take those lines out of the file.");
        while (csv.Read())
        {
            if (csv.IsBlank)
                continue;
            if (csv.TooLong >= 0)
                Refused(name, csv.Line, csv.TooLong < columns.Names.Count ? columns.Names[csv.TooLong] : $"column {csv.TooLong + 1}",
                    $"contains more than {CsvReader.MostCharacters:N0} characters", "a shorter text, or none");
            else if (csv.Cells.Count < columns.Names.Count || HasMore(csv.Cells, columns.Names.Count))
                Refused(name, csv.Line, "all", $"the line has {csv.Cells.Count} columns, and the header {columns.Names.Count}",
                    "as many columns as the header has, with quotation marks around a cell that contains a delimiter");
            else
                ReadRow(name, csv.Line, new SourceRow(columns, csv.Cells), system);
        }
    }

    private static bool HasMore(IReadOnlyList<string> cells, int columns)
    {
        for (var place = columns; place < cells.Count; place++)
            if (cells[place].Length > 0)
                return true;
        return false;
    }

    private void ReadJson(string name, JsonEntries entries)
    {
        var number = 0;
        SourceSystem? system = null;
        while (entries.Next() is { } entry)
            using (entry)
            {
                number++;
                var (properties, cells) = Properties(entry.RootElement);
                var names = system is null ? Header(name, properties) : properties.ConvertAll(property => Mapped(Plain(property)));
                var columns = new SourceColumns(name, names);
                if (system is null)
                {
                    (system, var because) = SourceSystems.Of(columns, choices.From, choices.Map.Count > 0);
                    Found(name, system, because, "JSON, UTF-8");
                }
                else if (system.Recognize(columns) is null)
                {
                    Refused(name, number, "all", "the entry lacks properties that the first one has", "entries of one kind");
                    continue;
                }
                ReadRow(name, number, new SourceRow(columns, cells), system);
            }
        if (entries.Total > number)
            found.Remarks.Add($"{name} has {number} of {entries.Total} readers: it is one page of several. Import the others too, or "
                + "export all at once, such as with per_page=all.");
    }

    private static (List<string> Names, List<string> Texts) Properties(JsonElement entry)
    {
        List<string> names = [], texts = [];
        try
        {
            foreach (var property in entry.EnumerateObject())
            {
                names.Add(property.Name);
                texts.Add(property.Value.ValueKind switch
                {
                    JsonValueKind.String => property.Value.GetString() ?? "",
                    JsonValueKind.Null => "",
                    _ => property.Value.GetRawText(),
                });
            }
            return (names, texts);
        }
        catch (InvalidOperationException) // text that isn't UTF-8, or a lone surrogate
        {
            throw new UnreadableFileException("The file is JSON with text that is not UTF-8. Nothing was imported.");
        }
    }

    private void ReadRow(string name, int line, SourceRow row, SourceSystem system)
    {
        Cancel.ThrowIfCancellationRequested();
        if (++found.Rows % LinesBetweenSigns == 0)
            OnRead?.Invoke();
        var draft = new ReaderDraft();
        system.Read(row, draft);
        if (judge.Judge(draft, row, system, order++) is { } reader)
            Stage(reader);
        else if (draft.Skipped is { } why)
            found.Skipped[why] = found.Skipped.GetValueOrDefault(why) + 1;
        else if (draft.Refused is { } refused)
            Refused(name, line, refused.Column, refused.Why, refused.Right, counted: true);
    }

    private void Refused(string name, int line, string column, string why, string right, bool counted = false)
    {
        found.Rows += counted ? 0 : 1;
        found.Refused++;
        Refuse(new(name, line, column, why, right));
    }

    private void Found(string name, SourceSystem system, string because, string form)
    {
        found.Files.Add(new(name, system.Name, system.Title, because, form));
        foreach (var remark in system.Remarks)
            if (!(system.NeedsWord && choices.Status is not null) && !found.Remarks.Contains(remark))
                found.Remarks.Add(remark);
    }

    // Columns get the names that they are mapped to, and an unnamed column gets its number.
    private List<string> Header(string name, IReadOnlyList<string> cells)
    {
        var unused = new HashSet<string>(map.Keys, StringComparer.OrdinalIgnoreCase);
        var names = new List<string>(cells.Count);
        foreach (var cell in cells)
        {
            var column = Plain(CellText.Heading(CellText.WithoutGuard(cell)) ?? $"column {names.Count + 1}");
            unused.Remove(column);
            names.Add(Mapped(column));
        }
        if (unused.Count > 0 && found.Files.Count == 0)
            throw new UnreadableFileException($"map: {name} has no column {string.Join(", ", unused)}. Its columns are: "
                + $"{string.Join(", ", names.Take(40))}.");
        return names;
    }

    private string Mapped(string column) =>
        !map.TryGetValue(column, out var field) ? column : field == "-" ? $"{SourceColumns.Dropped}{column}" : field;

    // Spreadsheets write accents and spaces in more than one way, and people type them in another.
    private static string Plain(string column) => column.Normalize().Replace('\u00A0', ' ').Replace('\u202F', ' ');

    private static Dictionary<string, string> Plain(IReadOnlyDictionary<string, string> typed)
    {
        var map = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (column, field) in typed)
            map.TryAdd(Plain(column), field);
        return map;
    }

    private static string? Twice(IReadOnlyList<string> names) => names.Select(name => name.Trim().ToLowerInvariant())
        .Where(name => name is "email" or "status" or "confirmed_at" or "unsubscribed_at" or "newsletters")
        .GroupBy(name => name).FirstOrDefault(group => group.Count() > 1)?.Key;
}
