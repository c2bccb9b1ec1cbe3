using System.Reflection;

namespace Dispatch.Templates;

/// <summary>Where a template's text comes from: an operator's file of that name if there is one, otherwise the built-in one.</summary>
internal sealed class TemplateSources(string? overrideFolder)
{
    private static readonly Assembly Home = typeof(TemplateSources).Assembly;

    /// <summary>Whether the operator's folder holds any template, even a misspelt one.</summary>
    public bool Replaces => Directory.Exists(overrideFolder) && Directory.EnumerateFiles(overrideFolder, "*.sbn*").Any();

    /// <summary>The text of a template, by its file name (<c>issue.sbnhtml</c>).</summary>
    public string Read(string name)
    {
        var replaced = overrideFolder is null ? null : Path.Combine(overrideFolder, name);
        if (replaced is not null && File.Exists(replaced))
            return File.ReadAllText(replaced);
        var resource = Home.GetManifestResourceNames().Single(resource => resource.EndsWith("." + name, StringComparison.Ordinal));
        using var reader = new StreamReader(Home.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }

    /// <summary>Files in the operator's folder that resemble templates but replace none, most likely misspelt.</summary>
    public IEnumerable<string> Strays(IEnumerable<string> names) => !Directory.Exists(overrideFolder) ? [] :
        Directory.EnumerateFiles(overrideFolder, "*.sbn*").Select(file => Path.GetFileName(file))
            .Except(names, StringComparer.Ordinal).Order(StringComparer.Ordinal);
}
