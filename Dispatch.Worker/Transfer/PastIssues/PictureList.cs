using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Transfer.PastIssues.Files;
using Dispatch.Worker.Transfer.PastIssues.Sources;

namespace Dispatch.Worker.Transfer.PastIssues;

/// <summary>The pictures that a past issue shows: their original addresses, and their names here.</summary>
internal sealed class PictureList
{
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"];

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <summary>The names and addresses, in the order of the text.</summary>
    public IEnumerable<(string Name, string Address)> All => names.Select(one => (one.Value, one.Key));

    /// <summary>Returns the name of a picture, such as <c>photos/border.jpg</c>. Two addresses never have the same name.</summary>
    public string NameOf(string address)
    {
        if (names.TryGetValue(address, out var known))
            return known;
        var name = PhotoNames.Of(FileNameOf(address)) ?? "photos/picture.jpg";
        var extension = Path.GetExtension(name);
        if (!Extensions.Contains(extension))
            (name, extension) = ($"{name.Replace('.', '-')}.jpg", ".jpg");
        var free = Slugs.FirstFree(name[..^extension.Length], taken, IssuePhotos.LongestName, extension);
        taken.Add(free);
        return names[address] = free;
    }

    /// <summary>Notes a picture in one of our own files, which keeps its name.</summary>
    public void Keep(string reference)
    {
        if (names.TryAdd(reference, PhotoNames.Of(Uri.UnescapeDataString(reference)) ?? reference))
            taken.Add(names[reference]);
    }

    /// <summary>Returns the file of a picture in an archive, or null if it isn't there.</summary>
    /// <param name="files">The archive.</param>
    /// <param name="folder">The folder from which relative addresses count.</param>
    /// <param name="address">The picture's address.</param>
    public static ArchiveEntry? FileOf(ArchiveFiles files, string folder, string address)
    {
        var isAbsolute = address.Contains("://", StringComparison.Ordinal);
        if (address.StartsWith(GhostArchive.Site, StringComparison.Ordinal))
            address = address[GhostArchive.Site.Length..];
        else if (isAbsolute)
            address = Uri.TryCreate(address, UriKind.Absolute, out var url) ? url.AbsolutePath : "";
        var end = address.IndexOfAny(['?', '#']);
        var path = Uri.UnescapeDataString(end < 0 ? address : address[..end]);
        if (path.Length < 2 || path.Contains('\0') || path.Contains('\\'))
            return null;
        if (!isAbsolute && path[0] != '/' && Joined(folder, path) is { } relative && files.Find(relative) is { } beside)
            return beside;
        var rooted = path.TrimStart('/');
        if (Joined("", rooted) is not { } plain)
            return null;
        foreach (var top in files.Tops)
            foreach (var place in isAbsolute ? Uploaded : Places)
                if (files.Find($"{top}{place}{plain}") is { } found)
                    return found;
        return null;
    }

    /// <summary>Returns the content of a picture that is embedded in its address (RFC 2397), or null.</summary>
    public static byte[]? Inline(string address)
    {
        if (!address.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) || address.Length > 2 * PhotoStudio.MostBytes)
            return null;
        var comma = address.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0 || !address[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase))
            return null;
        var bytes = new byte[(address.Length - comma) * 3 / 4];
        return Convert.TryFromBase64String(Uri.UnescapeDataString(address[(comma + 1)..]), bytes, out var length) ? bytes[..length] : null;
    }

    // The folders in which static site generators keep files that pages refer to by a path from the root.
    private static readonly string[] Places = ["", "static/", "public/", "assets/", "content/", "source/"];

    // For a picture with an absolute address, only the folders are searched to which systems export uploaded files.
    private static readonly string[] Uploaded = ["", "static/"];

    private static string FileNameOf(string address)
    {
        if (address.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
            return $"picture.{(address.StartsWith("data:image/png", StringComparison.OrdinalIgnoreCase) ? "png" : "jpg")}";
        var end = address.IndexOfAny(['?', '#']);
        return Uri.UnescapeDataString((end < 0 ? address : address[..end]).TrimEnd('/').Split('/')[^1]);
    }

    // Returns null if the path leads out of the archive.
    private static string? Joined(string folder, string path)
    {
        var parts = new List<string>();
        foreach (var part in (folder + path).Split('/'))
            if (part == "..")
            {
                if (parts.Count == 0)
                    return null;
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
                parts.Add(part);
        return string.Join('/', parts);
    }
}
