using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Dispatch.Worker.Privacy;

namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// The folder of the pictures under <c>/media/</c>. A file is named after its content, so it never changes and can be cached for ever.
/// <see cref="PictureAccess"/> decides who may see a picture.
/// </summary>
public sealed partial class MediaFolder(string folder, TimeProvider? clock = null)
{
    private const string SetAsideEnding = ".gone";

    /// <summary>The folder's path.</summary>
    public string Folder => folder;

    /// <summary>Stores a picture atomically and returns its name. An identical picture has the same name and file.</summary>
    public async Task<string> StoreAsync(byte[] content, int width, string extension, CancellationToken cancel)
    {
        var name = $"{Base32.Encode(SHA256.HashData(content))[..26]}-{width}.{extension}";
        var path = Path.Combine(folder, name);
        if (!IsName(name))
            throw new ArgumentException($"Expected a picture's extension, got '{extension}'.", nameof(extension));
        if (TryTouch(path))
            return name;

        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():n}.new");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await stream.WriteAsync(content, cancel);
                stream.Flush(flushToDisk: true); // the database will flush the row that refers to it
            }
            File.Move(temporary, path, overwrite: true); // an existing file has the same bytes
            TryTouch(path);
        }
        finally
        {
            File.Delete(temporary);
        }
        return name;
    }

    /// <summary>
    /// Opens a stored picture, or returns null if there is none. Only names of the form that <see cref="StoreAsync"/> gives are accepted,
    /// so no path leads out of the folder.
    /// </summary>
    public FileStream? Open(string name)
    {
        if (!IsName(name))
            return null;
        try
        {
            return new FileStream(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete,
                bufferSize: 0, useAsync: true);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Whether a picture of this name is stored.</summary>
    public bool Contains(string name) => IsName(name) && File.Exists(Path.Combine(folder, name));

    /// <summary>
    /// Hides a picture until <see cref="Restore"/> or <see cref="Delete"/> is called. Returns false if the picture does not exist.
    /// </summary>
    public bool SetAside(string name) => IsName(name) && TryMove(PathOf(name), AsidePathOf(name));

    /// <summary>Restores a picture that was set aside.</summary>
    public void Restore(string name) => TryMove(AsidePathOf(name), PathOf(name));

    /// <summary>Deletes a picture that was set aside.</summary>
    public void Delete(string name) => File.Delete(AsidePathOf(name));

    /// <summary>
    /// Returns the pictures that were last stored before an instant. First restores old pictures that a crash left set aside.
    /// </summary>
    public IReadOnlyList<string> StoredBefore(DateTimeOffset instant) =>
    [
        .. Old("*", instant).Select(file => file.Name).Where(IsName),
        .. Old($".*{SetAsideEnding}", instant).Select(file => file.Name[1..^SetAsideEnding.Length]).Where(IsName).Where(TryRestore),
    ];

    /// <summary>Deletes partly written files that a crash left behind.</summary>
    public void ClearUnfinished(DateTimeOffset before)
    {
        foreach (var file in Old(".*.new", before))
            file.Delete();
    }

    private List<FileInfo> Old(string pattern, DateTimeOffset before) =>
        Directory.Exists(folder)
            ? [.. new DirectoryInfo(folder).EnumerateFiles(pattern).Where(file => file.LastWriteTimeUtc < before.UtcDateTime)]
            : [];

    private bool TryRestore(string name)
    {
        Restore(name);
        return true;
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private string AsidePathOf(string name) => Path.Combine(folder, $".{name}{SetAsideEnding}");

    private static bool TryMove(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    // Marks an existing file as new when the same picture is stored again. Otherwise it might be removed before its issue is saved. Returns
    // false if the file is gone.
    private bool TryTouch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, (clock ?? TimeProvider.System).GetUtcNow().UtcDateTime);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Returns the media type for a file name from <see cref="StoreAsync"/>.</summary>
    public static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".png" => "image/png",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        _ => "image/jpeg",
    };

    /// <summary>Returns the picture's width in pixels, which is part of its file name.</summary>
    public static int WidthOf(string name) =>
        int.Parse(name[(name.LastIndexOf('-') + 1)..name.LastIndexOf('.')], CultureInfo.InvariantCulture);

    private static bool IsName(string name) => Name().IsMatch(name);

    [GeneratedRegex(@"\A[a-z2-7]{26}-[1-9][0-9]{0,3}\.(?:jpg|png|gif|webp)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
