using System.Reflection;
using System.Text;

namespace Dispatch.Templates;

/// <summary>The source of a template: the operator's file of that name if it exists, otherwise the built-in file.</summary>
internal sealed class TemplateSources(string? overrideFolder)
{
    private static readonly Assembly Home = typeof(TemplateSources).Assembly;
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Whether the operator's folder contains any template, even one with a misspelt name.</summary>
    public bool Replaces => Directory.Exists(overrideFolder) && Directory.EnumerateFiles(overrideFolder, "*.sbn*").Any();

    /// <summary>Returns the source of a template by its file name, such as <c>issue.sbnhtml</c>.</summary>
    /// <exception cref="TemplateException">The operator's file isn't UTF-8.</exception>
    public string Read(string name)
    {
        var replaced = overrideFolder is null ? null : Path.Combine(overrideFolder, name);
        if (replaced is not null && File.Exists(replaced))
            return Decode(name, File.ReadAllBytes(replaced));
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

    private static string Decode(string name, ReadOnlySpan<byte> file)
    {
        if (file.StartsWith(Encoding.UTF8.Preamble))
            file = file[Encoding.UTF8.Preamble.Length..];
        try
        {
            return Utf8.GetString(file);
        }
        catch (DecoderFallbackException fault)
        {
            throw new TemplateException(name, file[..fault.Index].Count((byte)'\n') + 1, 1, "the file isn't UTF-8: save it as UTF-8");
        }
    }
}
