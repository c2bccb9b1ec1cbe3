using System.Text.RegularExpressions;
using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Dispatch.Worker.Issues.Files;

/// <summary>
/// Finds the photos that an issue's file refers to. They must be in the folder of the file or below it. If another photo already has a
/// photo's name, it gets a number, as on the desk.
/// </summary>
internal sealed class IssueFilePhotos(string folder, IssueFileFaults faults)
{
    private readonly Dictionary<string, IssueFilePhoto> byPath = new(StringComparer.Ordinal);
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> numbered = new(StringComparer.Ordinal);

    /// <summary>The photos found so far, without duplicates.</summary>
    public IReadOnlyList<IssueFilePhoto> Photos => [.. byPath.Values];

    /// <summary>Finds the photos of a text.</summary>
    /// <param name="markdown">The text.</param>
    /// <param name="firstLine">The number of its first line in the file.</param>
    public void FindIn(string markdown, int firstLine)
    {
        var (tree, fault) = BoundedMarkdown.Read(markdown);
        if (tree is null)
            faults.Add(fault!.Line is { } at ? firstLine + at - 1 : null, fault.Message);
        foreach (var image in tree?.Descendants<LinkInline>().Where(link => link.IsImage) ?? [])
            Add(image.Url ?? "", firstLine + image.Line);
    }

    /// <summary>Returns a text in which each photo that got a number is called by its name.</summary>
    public string WithNames(string markdown)
    {
        foreach (var (reference, name) in numbered)
            foreach (var written in new[] { reference, Uri.UnescapeDataString(reference) }.Distinct())
                markdown = markdown == written ? name
                    : Regex.Replace(markdown, $@"(?<=\]\(\s*<?){Regex.Escape(written)}(?=[>\s)])", name.Replace("$", "$$"));
        return markdown;
    }

    private void Add(string reference, int line)
    {
        if (FaultOf(folder, reference, out var path) is { } why)
        {
            faults.Add(line, why);
            return;
        }
        if (PhotoNames.Of(path) is not { } name)
        {
            faults.Add(line, $"{Short(reference)}: {PhotoNames.NoName}");
            return;
        }
        if (!byPath.TryGetValue(path, out var photo))
        {
            var extension = Path.GetExtension(name);
            var free = Slugs.FirstFree(name[..^extension.Length], names, IssuePhotos.LongestName, extension);
            names.Add(free);
            byPath.Add(path, photo = new(free, path, line));
        }
        if (photo.FileName != name)
            numbered[reference] = photo.FileName;
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
