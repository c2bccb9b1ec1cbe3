using System.Text.RegularExpressions;
using Dispatch.Worker.Transfer.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Dispatch.Worker.Transfer.PastIssues.Files;

/// <summary>
/// The front matter of a Markdown file, as YAML between lines of hyphens or TOML between lines of plus signs, and the body below it. Unlike
/// files for <c>issues add</c>, these come from other systems, so any key is read, and values that aren't valid YAML are taken literally.
/// </summary>
internal sealed partial class FrontMatter
{
    private const int LongestHead = 100_000;
    private const int MostLevels = 20;

    private readonly Dictionary<string, List<string>> values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether the file has front matter at all.</summary>
    public bool IsThere { get; private init; }

    /// <summary>The text below the front matter, unchanged except for line ends.</summary>
    public string Body { get; private init; } = "";

    /// <summary>What was odd about the front matter, as a sentence, or null.</summary>
    public string? Oddity { get; private set; }

    public IEnumerable<string> Keys => values.Keys;

    /// <summary>Returns the first value of the first key that has one, or an empty string.</summary>
    public string this[params ReadOnlySpan<string> keys]
    {
        get
        {
            foreach (var key in keys)
                if (values.TryGetValue(key, out var found) && found is [{ Length: > 0 } first, ..])
                    return first;
            return "";
        }
    }

    /// <summary>Returns what the first key that has a value says as yes or no, or null. YAML has several words for either.</summary>
    public bool? Says(params ReadOnlySpan<string> keys) => this[keys].ToLowerInvariant() switch
    {
        "on" => true,
        "off" => false,
        var word => YesNo.Read(word),
    };

    /// <summary>Returns all values of the first key that has any.</summary>
    public IReadOnlyList<string> AllOf(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
            if (values.TryGetValue(key, out var found) && found.Count > 0)
                return found;
        return [];
    }

    /// <summary>Splits a file into front matter and body. Line ends must be LF.</summary>
    public static FrontMatter Read(string text)
    {
        var fence = text.StartsWith("---", StringComparison.Ordinal) ? "---"
            : text.StartsWith("+++", StringComparison.Ordinal) ? "+++" : "";
        var start = text.IndexOf('\n');
        if (fence.Length == 0 || start < 0 || text[..start].TrimEnd() != fence || EndOf(text, start, fence) is not var (end, body))
            return new FrontMatter { Body = text };
        var front = new FrontMatter { IsThere = true, Body = text[body..] };
        var head = text[(start + 1)..Math.Max(start + 1, end)];
        if (head.Length > LongestHead)
            front.Oddity = $"Its front matter has more than {LongestHead:N0} characters, and was not read.";
        else if (fence == "+++")
            Toml.Read(head, front.values);
        else
            front.ReadYaml(head);
        return front;
    }

    private static (int End, int Body)? EndOf(string text, int start, string fence)
    {
        for (var line = start + 1; line <= text.Length;)
        {
            var next = text.IndexOf('\n', line) is >= 0 and var at ? at : text.Length;
            if (text.AsSpan(line, next - line).TrimEnd() is var words && (words.SequenceEqual(fence)
                || (fence == "---" && words.SequenceEqual("..."))))
                return (line, Math.Min(next + 1, text.Length));
            line = next + 1;
        }
        return null;
    }

    private void ReadYaml(string yaml)
    {
        try
        {
            if (IsTooDeep(yaml))
                throw new YamlException("it is nested too deeply");
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents.Count > 0 && stream.Documents[0].RootNode is YamlMappingNode map)
                foreach (var (key, value) in map.Children)
                    if (key is YamlScalarNode { Value: { } name })
                        Take(name, value);
            // Other systems write "Issue #1" without quotation marks, which YAML reads as a comment.
            foreach (Match line in NumberSign().Matches(yaml))
                values[line.Groups[1].Value] = [line.Groups[2].Value.Trim()];
        }
        // YamlDotNet throws InvalidOperationException for a list that is never closed, and ArgumentException for a key given twice.
        catch (Exception fault) when (fault is YamlException or InvalidOperationException or ArgumentException)
        {
            values.Clear();
            foreach (Match line in KeyAndValue().Matches(yaml))
                values.TryAdd(line.Groups[1].Value, [line.Groups[2].Value.Trim().Trim('"', '\'')]);
            Oddity = "Its front matter isn't YAML, so its lines were taken as they are.";
        }
    }

    private void Take(string key, YamlNode value)
    {
        switch (value)
        {
            case YamlScalarNode { Value: { } text, Tag: var _ }:
                values[key] = [text.Trim()];
                break;
            case YamlSequenceNode list:
                values[key] = [.. list.Children.Select(TextOf).Where(text => text.Length > 0)];
                break;
            case YamlMappingNode map:
                foreach (var (name, inner) in map.Children)
                    if (name is YamlScalarNode { Value: { } inside } && TextOf(inner) is { Length: > 0 } text)
                        values[$"{key}.{inside}"] = [text];
                break;
        }
    }

    // An author may be a name or an object with a name.
    private static string TextOf(YamlNode node) => node switch
    {
        YamlScalarNode scalar => scalar.Value?.Trim() ?? "",
        YamlMappingNode map => map.Children.Where(pair => pair.Key is YamlScalarNode { Value: "name" or "title" })
            .Select(pair => (pair.Value as YamlScalarNode)?.Value ?? "").FirstOrDefault() ?? "",
        _ => "",
    };

    // YamlStream.Load recurses at each level; the parser used here does not.
    private static bool IsTooDeep(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        for (var level = 0; parser.MoveNext();)
        {
            level += parser.Current switch { MappingStart or SequenceStart => 1, MappingEnd or SequenceEnd => -1, _ => 0 };
            if (level > MostLevels)
                return true;
        }
        return false;
    }

    [GeneratedRegex(@"^(subject|title|description|subtitle)[ \t]*:[ \t]+([^""'\s|>\[{&*!%@`#][^\n]*?[ \t]\#[^\s#][^\n]*)$",
        RegexOptions.Multiline)]
    private static partial Regex NumberSign();

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9_-]*)[ \t]*:[ \t]*(.*)$", RegexOptions.Multiline)]
    private static partial Regex KeyAndValue();
}
