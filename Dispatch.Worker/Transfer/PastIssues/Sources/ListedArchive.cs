using Dispatch.Worker.Transfer.PastIssues.Files;

namespace Dispatch.Worker.Transfer.PastIssues.Sources;

/// <summary>An export with a list of entries and a folder with a file for each.</summary>
/// <param name="list">The list's file name.</param>
/// <param name="folder">The folder beside it.</param>
/// <param name="extension">The files' extension, with its dot.</param>
/// <param name="key">The list's column with the files' names.</param>
internal abstract class ListedArchive(string list, string folder, string extension, string key) : ArchiveSystem
{
    public sealed override string? Recognize(ArchiveFiles files) =>
        files.FolderOf(list) is { } top && files.All.Any(entry => entry.Name.StartsWith($"{top}{folder}/", StringComparison.Ordinal))
            ? $"it has {list} and a folder {folder}" : null;

    /// <summary>Nothing gets lost: an entry without a file is refused by name, and so is a file that isn't on the list.</summary>
    public sealed override IEnumerable<ArchiveItem> Read(ArchiveFiles files)
    {
        var top = files.FolderOf(list)!;
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var row in Rows(files.Find(top + list)!))
        {
            var name = row.GetValueOrDefault(key, "").Trim();
            var entry = $"{folder}/{name}{extension}";
            var file = files.Find(top + entry);
            if (file is not null)
                listed.Add(file.Name); // which may be spelled differently
            yield return name.Length == 0 ? new ArchiveItem.Refused(list, $"it has a line without {key}. Export it again.")
                : Guarded(entry, () => Read(row, name, entry, file));
        }
        foreach (var file in files.All)
            if (file.Name.StartsWith($"{top}{folder}/", StringComparison.Ordinal)
                && file.Name.EndsWith(extension, StringComparison.OrdinalIgnoreCase) && !listed.Contains(file.Name))
                yield return new ArchiveItem.Refused(file.Name[top.Length..],
                    $"{list} has no line about it, so nothing says when it went out, and to whom. Export it again.");
    }

    /// <summary>Reads an entry.</summary>
    /// <param name="row">Its line of the list.</param>
    /// <param name="name">The name of its file, without the extension.</param>
    /// <param name="entry">Where it is in the archive.</param>
    /// <param name="file">Its file, or null if the archive lacks it.</param>
    protected abstract ArchiveItem Read(Dictionary<string, string> row, string name, string entry, ArchiveEntry? file);

    /// <summary>Refuses an entry that has no file.</summary>
    protected ArchiveItem.Refused WithoutFile(string entry) =>
        new(entry, $"it is in {list}, but its file isn't in the export. Export it again.");

    /// <summary>Returns a cell of the list, trimmed, or an empty string.</summary>
    protected static string Cell(Dictionary<string, string> row, string name) => row.GetValueOrDefault(name, "").Trim();
}
