using System.IO.Compression;
using System.Text;
using Dispatch.Worker.Transfer.Reading;

namespace Dispatch.Worker.Transfer.PastIssues.Files;

/// <summary>
/// The files of an archive of past issues: a folder, a zip or a single file. A zip is never unpacked, so the names in it can't lead out of
/// a folder. Files about who received or opened what are not listed.
/// </summary>
internal sealed class ArchiveFiles : IDisposable
{
    /// <summary>The largest text file that is read, in bytes. An issue's text has at most a million characters.</summary>
    public const int LargestText = 16 << 20;

    /// <summary>The largest file that holds all issues, in bytes.</summary>
    public const int LargestExport = 512 << 20;

    private const int MostFiles = 200_000;

    private readonly Dictionary<string, ArchiveEntry> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArchiveEntry> byFoldedName = new(StringComparer.Ordinal);
    private readonly ZipArchive? zip;

    private ArchiveFiles(string name, ZipArchive? zip) => (Name, this.zip) = (name, zip);

    /// <summary>The name of the file or folder, without its path.</summary>
    public string Name { get; }

    /// <summary>The files, ordered by name.</summary>
    public IReadOnlyList<ArchiveEntry> All { get; private set; } = [];

    /// <summary>How many files were left unread because they say who received or opened what.</summary>
    public int AboutReaders { get; private set; }

    /// <summary>Whether the archive is a single file other than a zip. Its pictures may be in the same folder.</summary>
    public bool IsSingle { get; private init; }

    /// <summary>Opens a file, a folder or a zip.</summary>
    /// <exception cref="UnreadableFileException">There is no such file, or it can't be read.</exception>
    public static ArchiveFiles Open(string path)
    {
        path = Path.GetFullPath(path);
        try
        {
            if (Directory.Exists(path))
                return OfFolder(path, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
            if (!File.Exists(path))
                throw new UnreadableFileException($"{path}: there is no such file or folder.");
            return IsZip(path) ? OfZip(path) : OfFile(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException(fault.Message);
        }
    }

    /// <summary>Opens a file or a zip that isn't stored on disk as such.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="open">Opens the file as a seekable stream.</param>
    /// <exception cref="UnreadableFileException">It can't be read.</exception>
    public static ArchiveFiles Open(string name, Func<Stream> open)
    {
        var content = open();
        if (IsZip(content))
            return OfZip(name, content);
        content.Dispose();
        var files = new ArchiveFiles(name, null);
        files.Take([new StreamEntry(name, open)]);
        return files;
    }

    /// <summary>
    /// Finds a file by name. If there is none, letter case and Unicode normalization are ignored, because macOS and Windows change them.
    /// </summary>
    public ArchiveEntry? Find(string name) =>
        byName.GetValueOrDefault(name) ?? byFoldedName.GetValueOrDefault(Folded(name)) ?? (IsSingle ? Beside(name) : null);

    /// <summary>The top folder and, if everything lies in one folder below it, that folder with a slash at its end.</summary>
    public IReadOnlyList<string> Tops { get; private set; } = [""];

    /// <summary>
    /// Returns the name that identifies a file. It leaves out the top folder of a zip, so a folder and its zip give the same names.
    /// </summary>
    public string KeyOf(ArchiveEntry entry) => zip is not null && Tops is [_, var top] ? entry.Name[top.Length..] : entry.Name;

    /// <summary>Returns the folder of a file with this name, or null. It ends with a slash unless it is the top.</summary>
    public string? FolderOf(string name) => All
        .Where(entry => entry.Name == name || entry.Name.EndsWith($"/{name}", StringComparison.Ordinal))
        .OrderBy(entry => entry.Name.Length).Select(entry => entry.Name[..^name.Length]).FirstOrDefault();

    public void Dispose() => zip?.Dispose();

    // Follows no symbolic link, which could publish any file on this machine.
    private FileEntry? Beside(string name)
    {
        var folder = Path.GetDirectoryName(((FileEntry)All[0]).Path)!;
        var at = folder;
        foreach (var part in name.Split('/'))
            if (part is "" or "." or ".." || new FileInfo(at = Path.Combine(at, part)).LinkTarget is not null)
                return null;
        return File.Exists(at) ? new FileEntry(name, at) : null;
    }

    private static ArchiveFiles OfFolder(string folder, string name)
    {
        var files = new ArchiveFiles(name, null);
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        files.Take(Directory.EnumerateFiles(folder, "*", options).Select(path => (ArchiveEntry)new FileEntry(
            Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), path)));
        return files;
    }

    private static ArchiveFiles OfFile(string path)
    {
        var files = new ArchiveFiles(Path.GetFileName(path), null) { IsSingle = true };
        files.Take([new FileEntry(files.Name, path)]);
        return files;
    }

    private static ArchiveFiles OfZip(string path) => OfZip(Path.GetFileName(path), File.OpenRead(path));

    private static ArchiveFiles OfZip(string name, Stream content)
    {
        try
        {
            content.Position = 0;
            var files = new ArchiveFiles(name, new ZipArchive(content));
            files.Take(files.zip!.Entries.Where(entry => entry.Name.Length > 0 && IsPlain(entry.FullName))
                .Select(entry => (ArchiveEntry)new ZipEntry(entry)));
            return files;
        }
        catch (InvalidDataException)
        {
            content.Dispose();
            throw new UnreadableFileException($"{name}: the zip is damaged or incomplete. Download it again. Nothing was imported.");
        }
    }

    private void Take(IEnumerable<ArchiveEntry> entries)
    {
        var all = new List<ArchiveEntry>();
        foreach (var entry in entries.Where(entry => !IsHidden(entry.Name)))
        {
            if (IsAboutReaders(entry.Name))
            {
                AboutReaders++;
                continue;
            }
            if (all.Count == MostFiles)
                throw new UnreadableFileException($"{Name} holds more than {MostFiles:N0} files. Import it in parts.");
            all.Add(entry);
            byName.TryAdd(entry.Name, entry);
            byFoldedName.TryAdd(Folded(entry.Name), entry);
        }
        All = [.. all.OrderBy(entry => entry.Name, StringComparer.Ordinal)];
        if (All.Select(entry => entry.Name.Split('/') is [var top, _, ..] ? top : "").Distinct().Take(2).ToList() is [{ Length: > 0 } only])
            Tops = ["", $"{only}/"];
    }

    private static bool IsAboutReaders(string name) => name.EndsWith(".opens.csv", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".delivers.csv", StringComparison.OrdinalIgnoreCase)
        || Path.GetFileName(name).StartsWith("email_list", StringComparison.OrdinalIgnoreCase);

    private static bool IsHidden(string name) => name.Split('/').Any(part => part.StartsWith('.') || part is "__MACOSX" or "node_modules");

    private static bool IsPlain(string name) => !name.StartsWith('/') && !name.Contains('\\') && !name.Contains('\0')
        && !name.Split('/').Contains("..");

    private static bool IsZip(string path)
    {
        using var file = FileEntry.Open(path);
        return IsZip(file);
    }

    private static bool IsZip(Stream file)
    {
        Span<byte> head = stackalloc byte[4];
        return file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && (head.StartsWith("PK\u0003\u0004"u8)
            || head.StartsWith("PK\u0005\u0006"u8));
    }

    private static string Folded(string name)
    {
        try
        {
            return name.Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return name;
        }
    }
}

/// <summary>A file of an archive.</summary>
/// <param name="Name">The path within the archive, with slashes.</param>
internal abstract record ArchiveEntry(string Name)
{
    /// <summary>The folder. Ends with a slash unless it is the top.</summary>
    public string Folder => Name[..(Name.LastIndexOf('/') + 1)];

    public string FileName => Name[(Name.LastIndexOf('/') + 1)..];

    /// <summary>The size that the archive states. A zip may lie about it.</summary>
    public abstract long Length { get; }

    /// <summary>Reads the whole file.</summary>
    /// <param name="most">The largest size that is read, in bytes.</param>
    /// <exception cref="UnreadableFileException">The file is larger, damaged or encrypted.</exception>
    public byte[] Read(int most)
    {
        if (Length > most)
            throw TooLarge(most);
        try
        {
            using var content = Open();
            using var read = new MemoryStream((int)Math.Min(Length, 1 << 20));
            var buffer = new byte[1 << 16];
            for (int some; (some = content.Read(buffer)) > 0;)
            {
                if (read.Length + some > most)
                    throw TooLarge(most);
                read.Write(buffer, 0, some);
            }
            var bytes = read.ToArray();
            return IsWhole(bytes) ? bytes : throw Damaged();
        }
        catch (Exception fault) when (fault is InvalidDataException or NotSupportedException)
        {
            throw Damaged();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException($"it can't be read. {fault.Message}");
        }
    }

    /// <summary>Reads the whole file as text.</summary>
    /// <exception cref="UnreadableFileException">The file is too large, damaged, or not UTF-8 or UTF-16.</exception>
    public string ReadText(int most = ArchiveFiles.LargestText)
    {
        using var text = FileText.Open(new MemoryStream(Read(most)), null, out var encoding);
        try
        {
            return text.ReadToEnd().ReplaceLineEndings("\n");
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException($"it isn't {encoding}. Save it as UTF-8 and import it again.");
        }
    }

    protected abstract Stream Open();

    protected virtual bool IsWhole(byte[] content) => true;

    private static UnreadableFileException TooLarge(int most) =>
        new($"it is larger than {most / (1 << 20)} MiB. Make it smaller, or leave it out.");

    private static UnreadableFileException Damaged() =>
        new("it is damaged or encrypted in the zip. Download the zip again, and import it once more: what was taken stays.");
}

internal sealed record FileEntry(string Name, string Path) : ArchiveEntry(Name)
{
    public override long Length => new FileInfo(Path).Length;

    protected override Stream Open() => Open(Path);

    // A pipe or a device has no length, and reading it may never end.
    public static Stream Open(string path) =>
        (File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path)).Length == 0
        ? Stream.Null : File.OpenRead(path);
}

internal sealed record StreamEntry(string Name, Func<Stream> Opens) : ArchiveEntry(Name)
{
    public override long Length
    {
        get
        {
            using var content = Opens();
            return content.Length;
        }
    }

    protected override Stream Open() => Opens();
}

internal sealed record ZipEntry(ZipArchiveEntry Entry) : ArchiveEntry(Entry.FullName)
{
    public override long Length => Entry.Length;

    protected override Stream Open() => Entry.Open();

    // .NET doesn't verify the checksum, and damaged data may still unpack.
    protected override bool IsWhole(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var one in content)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc == Entry.Crc32;
    }
}
