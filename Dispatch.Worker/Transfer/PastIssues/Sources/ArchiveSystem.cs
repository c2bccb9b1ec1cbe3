using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using Dispatch.Worker.Transfer.PastIssues.Files;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>A system that past issues come from: how to recognize its archive, and how to read its entries.</summary>
internal abstract class ArchiveSystem
{
    private const int LargestList = 64 << 20;

    /// <summary>All systems, the most specific first.</summary>
    public static IReadOnlyList<ArchiveSystem> All { get; } =
        [new SubstackArchive(), new ButtondownArchive(), new GhostArchive(), new ListmonkArchive(), new MarkdownArchive()];

    /// <summary>The name on the command line, such as <c>substack</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The display name, such as <c>Substack</c>.</summary>
    public abstract string Title { get; }

    /// <summary>What an archive is recognized as, for the report.</summary>
    public virtual string Archive => Title;

    /// <summary>Other names for it on the command line.</summary>
    public virtual IReadOnlyList<string> OtherNames => [];

    /// <summary>Returns why an archive is recognized, in words that follow "because", or null if it isn't this system's.</summary>
    public abstract string? Recognize(ArchiveFiles files);

    /// <summary>Reads the entries. An entry that can't be read is refused, and reading continues with the next.</summary>
    /// <exception cref="UnreadableFileException">The list of entries can't be read.</exception>
    public abstract IEnumerable<ArchiveItem> Read(ArchiveFiles files);

    /// <summary>Returns the rows of a CSV file, each as a dictionary by column name.</summary>
    /// <exception cref="UnreadableFileException">The file can't be read to its end.</exception>
    protected static List<Dictionary<string, string>> Rows(ArchiveEntry file)
    {
        try
        {
            using var csv = new CsvReader(new StringReader(file.ReadText(LargestList)), "UTF-8");
            var rows = new List<Dictionary<string, string>>();
            if (!csv.Read())
                return rows;
            var names = csv.Cells.Select(cell => cell.Trim().ToLowerInvariant()).ToList();
            while (csv.Read())
            {
                var row = new Dictionary<string, string>(StringComparer.Ordinal);
                for (var at = 0; at < names.Count && at < csv.Cells.Count; at++)
                    row.TryAdd(names[at], csv.Cells[at]);
                rows.Add(row);
            }
            return rows;
        }
        catch (UnreadableFileException fault)
        {
            throw new UnreadableFileException($"{file.Name}: {fault.Message}");
        }
    }

    /// <summary>Reads an entry, or refuses it with a reason.</summary>
    protected static ArchiveItem Guarded(string entry, Func<ArchiveItem> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is UnreadableFileException or JsonException or InvalidOperationException or FormatException)
        {
            return new ArchiveItem.Refused(entry, fault is UnreadableFileException ? fault.Message
                : "it doesn't have the format of this system's export. Export it again, or leave it out.");
        }
    }

    /// <summary>Tells the desk why an issue that was for some readers only is a draft.</summary>
    protected string HeldBack(string audience) => $"On {Title} this was only for some readers ({audience}). It is held back: it has not "
        + "been emailed from here, and it is not in the archive. Sending it emails it to everybody.";

    /// <summary>Returns the words of a title, without entities and line ends.</summary>
    protected static string Words(string? text) => string.Join(' ', WebUtility.HtmlDecode(text ?? "")
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Opens a JSON file of many issues, or returns null if it isn't JSON.</summary>
    protected static JsonDocument? Json(ArchiveEntry file)
    {
        try
        {
            var bytes = file.Read(ArchiveFiles.LargestExport).AsMemory();
            if (bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                bytes = bytes[3..];
            if (!Utf8.IsValid(bytes.Span))
                throw new UnreadableFileException($"{file.Name} isn't UTF-8, as JSON must be. Export it again. Nothing was imported.");
            return JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowTrailingCommas = true });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Returns a string that is only a name, or an empty one if it contains a lone surrogate.</summary>
    protected static string Label(JsonElement entry, string name)
    {
        try
        {
            return Text(entry, name);
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <exception cref="InvalidOperationException">The string contains a lone surrogate.</exception>
    protected static string Text(JsonElement entry, string name) =>
        entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty(name, out var value) ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => "",
        } : "";

    protected static IEnumerable<JsonElement> List(JsonElement entry, string name) =>
        entry.ValueKind is JsonValueKind.Object && entry.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.Array
            ? value.EnumerateArray().Where(item => item.ValueKind is JsonValueKind.Object) : [];
}
