using System.Globalization;
using System.Text.RegularExpressions;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Providers;

/// <summary>Reads files that describe providers. The comment at the top of <c>providers.conf</c> explains the format.</summary>
internal sealed class ProviderFile
{
    /// <summary>The section whose pauses apply to every host.</summary>
    public const string Everybody = "*";

    private readonly Dictionary<string, Section> sections = new(StringComparer.Ordinal);

    /// <summary>The providers. What a later file says replaces what an earlier one said.</summary>
    public IEnumerable<Section> Sections => sections.Values;

    /// <summary>Adds an operator's file.</summary>
    /// <exception cref="StartException">The file can't be read, or one of its lines is wrong. The message names it.</exception>
    public void AddFrom(string path)
    {
        try
        {
            Add(File.ReadAllLines(path), $"{ProviderSettings.Section}:File {path}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{ProviderSettings.Section}:File {path} can't be read: {fault.Message}", fault);
        }
    }

    /// <summary>Adds a file.</summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="file">The file's name, for error messages.</param>
    /// <exception cref="StartException">A line is wrong. The message names it.</exception>
    public void Add(IReadOnlyList<string> lines, string file)
    {
        Section? section = null;
        var paused = new HashSet<Section>(); // a section's first pause in this file replaces those of earlier files
        for (var at = 0; at < lines.Count; at++)
        {
            var line = lines[at].Trim();
            if (line.Length == 0 || line[0] == '#')
                continue;
            try
            {
                if (line[0] == '[')
                    section = Begin(line);
                else if (line.Split('=', 2) is [var key, var value])
                    Set(section ?? throw new FormatException("comes before any provider: begin one with its name in brackets, [example]"),
                        key.Trim(), value.Trim(), paused);
                else
                    throw new FormatException("is neither [a provider] nor a line such as connections = 20");
            }
            catch (FormatException fault)
            {
                throw new StartException(string.Create(CultureInfo.InvariantCulture, $"{file}, line {at + 1}: it {fault.Message}"), fault);
            }
        }
    }

    private Section Begin(string line)
    {
        if (line[^1] != ']' || line[1..^1].Trim() is not { Length: > 0 and <= 50 } name)
            throw new FormatException("begins with [: write a provider's name in brackets, such as [example], with at most 50 letters");
        name = name.ToLowerInvariant();
        if (name is MailProvider.Other)
            throw new FormatException($"names a provider {name}, which means all domains without a known provider");
        if (!sections.TryGetValue(name, out var section))
            sections[name] = section = new Section(new MailProvider(name));
        return section;
    }

    private static void Set(Section section, string key, string value, HashSet<Section> paused)
    {
        var provider = section.Provider;
        if (provider.Name == Everybody && key is not ("pause" or "source"))
            throw new FormatException(
                $"sets {key} for everybody: use Delivery:PerDomain for limits on all domains; only pause is allowed here");
        switch (key)
        {
            case "domains":
                section.Domains.AddRange(Names(value));
                break;
            case "mx":
                section.Exchangers.AddRange(Names(value));
                break;
            case "connections":
                section.Provider = provider with { Connections = Whole(value) };
                break;
            case "rate":
                section.Provider = provider with { MessagesPerSecond = Rate(value) };
                break;
            case "pause":
                section.Provider = provider with { Pauses = [.. paused.Add(section) ? [] : provider.Pauses, Pause(value)] };
                break;
            case "in-a-row":
                section.Provider = provider with { InARow = Whole(value) };
                break;
            case "share":
                section.Provider = provider with
                {
                    Share = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var share)
                        && share is > 0 and <= 1 ? share : throw new FormatException($"has a share of {value}: use more than 0, up to 1"),
                };
                break;
            case "source":
                break; // for people
            default:
                throw new FormatException(
                    $"sets {key}: use domains, mx, connections, rate, pause, in-a-row, share or source");
        }
    }

    private static List<string> Names(string value)
    {
        var names = value.ToLowerInvariant().Split([' ', '\t', ','], StringSplitOptions.RemoveEmptyEntries).ToList();
        foreach (var name in names)
        {
            var host = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name.TrimEnd('.');
            if (Uri.CheckHostName(host) is not UriHostNameType.Dns || !host.All(char.IsAscii))
                throw new FormatException($"names {name}: use host names such as example.org or *.example.org, in ASCII (xn--…)");
        }
        return names;
    }

    private static int Whole(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number
            : throw new FormatException($"has the number {value}: use a whole number of 1 or more, such as 20");

    private static double Rate(string value)
    {
        var parts = value.Split('/', 2, StringSplitOptions.TrimEntries);
        var seconds = parts.Length < 2 ? 0 : parts[1] switch { "s" => 1, "min" => 60, "h" => 3600, _ => 0 };
        return seconds > 0 && double.TryParse(parts[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number > 0 ? number / seconds
            : throw new FormatException($"has the rate {value}: use messages per time, such as 10/s, 300/min or 1000/h");
    }

    private static ReplyPause Pause(string value)
    {
        if (value.Split(" when ", 2, StringSplitOptions.TrimEntries) is not [var time, { Length: > 0 } pattern]
            || !TimeSpan.TryParseExact(time, @"hh\:mm\:ss", CultureInfo.InvariantCulture, out var length)
            || length < TimeSpan.FromSeconds(1))
            throw new FormatException(
                "has a pause that can't be read: use a time and a pattern, such as 00:30:00 when too many connections");
        try
        {
            // Matches in linear time, whatever the pattern and whatever a server says.
            return new(length, new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
                | RegexOptions.ExplicitCapture));
        }
        catch (Exception fault) when (fault is ArgumentException or NotSupportedException)
        {
            throw new FormatException(
                $"has a pattern that is not a regular expression, or uses lookaround or backreferences: {fault.Message}", fault);
        }
    }

    /// <summary>A provider, and the host names that belong to it.</summary>
    internal sealed class Section(MailProvider provider)
    {
        public MailProvider Provider { get; set; } = provider;
        public List<string> Domains { get; } = [];
        public List<string> Exchangers { get; } = [];
    }
}
