using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Files;

/// <summary>Finds the photos that a body refers to. They must be in the folder of the issue's file or below it.</summary>
internal static class IssueFilePhotos
{
    public static IReadOnlyList<IssueFilePhoto> Find(string folder, string body, int firstLine, IssueFileFaults faults)
    {
        var photos = new Dictionary<string, IssueFilePhoto>(StringComparer.Ordinal);
        var (tree, fault) = BoundedMarkdown.Read(body);
        if (tree is null)
        {
            faults.Add(fault!.Line is { } at ? firstLine + at - 1 : null, fault.Message);
            return [];
        }
        foreach (var image in tree.Descendants<LinkInline>().Where(link => link.IsImage))
        {
            var (reference, line) = (image.Url ?? "", firstLine + image.Line);
            if (FaultOf(folder, reference, out var path) is { } why)
                faults.Add(line, why);
            else if (PhotoNames.Of(path) is not { } name)
                faults.Add(line, $"{Short(reference)}: {PhotoNames.NoName}");
            else if (!photos.TryAdd(name, new(name, path, line)) && photos[name].Path != path)
                faults.Add(line, $"'{Short(reference)}' and the picture of line {photos[name].Line} would both be called {name}: "
                    + "rename one of the files.");
        }
        return [.. photos.Values];
    }

    private static string? FaultOf(string folder, string reference, out string path)
    {
        path = "";
        if (reference.Length == 0)
            return "a picture has no file: write ![what it shows](photos/name.jpg).";
        if (reference.Contains("://", StringComparison.Ordinal) || reference.StartsWith("//", StringComparison.Ordinal)
            || reference.StartsWith("data:", StringComparison.Ordinal))
            return "a picture from another site can't be used: it would tell that site who reads. Put the file next to this one, such as "
                + "photos/name.jpg.";
        if (reference.Contains('\\'))
            return $"'{Short(reference)}' has a backslash: write photos/name.jpg, with a slash.";

        var name = Uri.UnescapeDataString(reference);
        if (name.Contains('\0'))
            return "a picture's name cannot be read.";
        path = Path.GetFullPath(Path.Combine(folder, name));
        if (Path.IsPathRooted(name)
            || !path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            return $"'{Short(reference)}' leads out of this file's folder. Put the picture next to this file, such as photos/name.jpg.";
        if (IsThroughLink(folder, path))
            return $"'{Short(reference)}' is a link to somewhere else. Put the picture itself there.";
        if (!File.Exists(path))
            return FaultOfMissing(folder, reference, path);
        return OrdinaryFile.Is(path) ? null : $"'{Short(reference)}' is a pipe or a device, not a picture.";
    }

    // Also names a file that differs only in letter case, because authors on macOS and Windows don't notice this difference.
    private static string FaultOfMissing(string folder, string reference, string path)
    {
        var beside = Path.GetDirectoryName(path)!;
        var other = Directory.Exists(beside)
            ? Directory.EnumerateFiles(beside).FirstOrDefault(file => string.Equals(file, path, StringComparison.OrdinalIgnoreCase))
            : null;
        return other is null
            ? $"the photo '{Short(reference)}' is not there. It is looked for beside this file."
            : $"the photo '{Short(reference)}' is not there, but '{Path.GetRelativePath(folder, other).Replace('\\', '/')}' is: letter "
                + "case counts.";
    }

    // A symbolic link in the folder could publish any file on this machine.
    private static bool IsThroughLink(string folder, string path)
    {
        for (var at = path; at.Length > folder.Length; at = Path.GetDirectoryName(at)!)
            if (new FileInfo(at).LinkTarget is not null)
                return true;
        return false;
    }

    private static string Short(string reference) => reference.Length > 80 ? reference[..80] + "…" : reference;
}
