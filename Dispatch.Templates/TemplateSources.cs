using System.Reflection;

namespace Dispatch.Templates;

/// <summary>The source of a template: the operator's file of that name if it exists, otherwise the built-in file.</summary>
internal sealed class TemplateSources(string? overrideFolder)
{
    private static readonly Assembly Home = typeof(TemplateSources).Assembly;

    /// <summary>Whether the operator's folder contains any template, even one with a misspelt name.</summary>
    public bool Replaces => Directory.Exists(overrideFolder) && Directory.EnumerateFiles(overrideFolder, "*.sbn*").Any();

    /// <summary>Returns the source of a template by its file name, such as <c>issue.sbnhtml</c>.</summary>
    public string Read(string name)
    {
        var replaced = overrideFolder is null ? null : Path.Combine(overrideFolder, name);
        if (replaced is not null && File.Exists(replaced))
            return File.ReadAllText(replaced);
        var resource = Home.GetManifestResourceNames().Single(resource => resource.EndsWith("." + name, StringComparison.Ordinal));
        using var reader = new StreamReader(Home.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>
    /// Returns the files in the operator's folder that look like templates but replace none, probably because of a misspelt name.
    /// </summary>
    public IEnumerable<string> Strays(IEnumerable<string> names) => !Directory.Exists(overrideFolder) ? [] :
        Directory.EnumerateFiles(overrideFolder, "*.sbn*").Select(file => Path.GetFileName(file))
            .Except(names, StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
