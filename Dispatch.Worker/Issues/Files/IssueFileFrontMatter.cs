using Dispatch.Worker.Issues.Content;
using Dispatch.Worker.Newsletters;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Dispatch.Worker.Issues.Files;

/// <summary>The YAML at the head of an issue's file, and the body below it.</summary>
/// <remarks>
/// The YAML is read node by node instead of being deserialized, so each fault has a line number and a misspelt key is reported.
/// </remarks>
internal sealed class IssueFileFrontMatter
{
    /// <summary>The value of a key and its line in the file. The line is null if the file does not have the key.</summary>
    internal readonly record struct Entry(string Value, int? Line);

    private const int LongestHead = 20_000;
    private const int MostLevels = 3; // valid front matter has one level; three are enough to report a list by its key

    private const string Known = "newsletter, subject, preheader, slug, byline, picture, slot";

    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private bool isReadable = true;

    public Entry Newsletter => this["newsletter"];

    public Entry Subject => this["subject"];

    public Entry Preheader => this["preheader"];

    public Entry Slug => this["slug"];

    public Entry Byline => this["byline"];

    public Entry Picture => this["picture"];

    public SlotChoice? SlotOrNull => this["slot"].Value.Length > 0 && SlotChoice.TryParse(this["slot"].Value, out var slot) ? slot : null;

    public string Body { get; private set; } = "";

    public int FirstBodyLine { get; private set; } = 1;

    private Entry this[string key] => entries.GetValueOrDefault(key, new("", null));

    /// <summary>
    /// Splits a file into front matter and body, and parses the front matter. <see cref="Check"/> then reports missing and malformed
    /// values.
    /// </summary>
    public static IssueFileFrontMatter Read(string text, IssueFileFaults faults)
    {
        var front = new IssueFileFrontMatter();
        var lines = text.Split('\n');
        var end = lines[0].TrimEnd() == "---" ? Array.FindIndex(lines, 1, line => line.TrimEnd() is "---" or "...") : 0;
        if (end <= 0)
        {
            front.isReadable = false;
            front.Body = end == 0 ? text : "";
            faults.Add(1, end == 0
                ? $"front matter is expected: a line with ---, then {Known} as 'key: text', then a line with --- again."
                : "the front matter begins with --- here and must end with a line with ---.");
            return front;
        }

        (front.Body, front.FirstBodyLine) = (string.Join('\n', lines[(end + 1)..]), end + 2);
        if (string.Join('\n', lines[1..end]) is { Length: <= LongestHead } yaml)
            front.ReadYaml(yaml, faults);
        else
            front.Unreadable(1, $"the front matter is longer than {LongestHead:N0} characters; it holds a few lines 'key: text'.", faults);
        return front;
    }

    /// <summary>Reports missing and malformed values.</summary>
    public void Check(IssueText text, IssueFileFaults faults)
    {
        if (isReadable && Subject.Line is null)
            faults.Add(1, "there is no subject. The front matter needs a line such as subject: \"What the issue is about\".");
        foreach (var fault in text.Faults().Where(IsOfFile))
            faults.Add(LineOf(fault.Field), Lowered(fault.Message));
        if (Newsletter is { Line: { } newsletterLine, Value: var slug } && !Slugs.IsGood(slug, NewsletterSettings.LongestSlug))
            faults.Add(newsletterLine, "the newsletter is named by the short name in its address: lower-case letters, digits and hyphens, "
                + "as in china-in-eurasia.");
        if (this["slot"] is { Line: { } slotLine, Value: var slot } && !SlotChoice.TryParse(slot, out _))
            faults.Add(slotLine, "the slot must be a date such as 2026-12-02, or the word next.");
        if (isReadable && string.IsNullOrWhiteSpace(Body))
            faults.Add(FirstBodyLine, "there is no text below the front matter.");
    }

    // False for a missing subject, which has already been reported, and for a slug made from the subject, which is not in the file.
    private bool IsOfFile(FieldFault fault) => fault.Field switch
    {
        nameof(IssueText.Subject) => Subject.Line is not null,
        nameof(IssueText.Slug) => Slug.Value.Length > 0,
        _ => true,
    };

    private int? LineOf(string field) => field == nameof(IssueText.Body) ? FirstBodyLine : this[field.ToLowerInvariant()].Line;

    private void ReadYaml(string yaml, IssueFileFaults faults)
    {
        try
        {
            if (DeepAt(yaml) is { } deep)
            {
                Unreadable(LineOf(deep), "the front matter is made of lines 'key: text', with no lists within lists.", faults);
                return;
            }
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            if (stream.Documents.Count == 0)
                return;
            if (stream.Documents[0].RootNode is YamlMappingNode map)
                foreach (var (key, value) in map.Children)
                    ReadEntry(key, value, faults);
            else
                Unreadable(2, "the front matter is not made of lines 'key: text'.", faults);
        }
        // YamlDotNet throws InvalidOperationException for a list that is never closed.
        catch (Exception fault) when (fault is YamlException or InvalidOperationException)
        {
            var because = fault is YamlException ? fault.InnerException?.Message ?? fault.Message : "something in it is not closed";
            Unreadable(fault is YamlException { Start: var start } ? LineOf(start) : 2,
                $"this is not YAML ({because.TrimEnd('.')}). A text with a colon, a # or a quotation mark in it needs quotation marks "
                    + "around it, as in subject: \"Borders: a report\".", faults);
        }
    }

    // YamlStream.Load recurses at each level, so deep nesting would crash the process. The parser used here does not recurse.
    private static Mark? DeepAt(string yaml)
    {
        var parser = new Parser(new StringReader(yaml));
        for (var level = 0; parser.MoveNext();)
        {
            level += parser.Current switch { MappingStart or SequenceStart => 1, MappingEnd or SequenceEnd => -1, _ => 0 };
            if (level > MostLevels)
                return parser.Current!.Start;
        }
        return null;
    }

    private void Unreadable(int line, string message, IssueFileFaults faults)
    {
        isReadable = false;
        faults.Add(line, message);
    }

    private void ReadEntry(YamlNode key, YamlNode value, IssueFileFaults faults)
    {
        var line = LineOf(key.Start);
        var name = (key as YamlScalarNode)?.Value ?? "";
        if (!Known.Split(", ").Contains(name))
        {
            faults.Add(line, $"'{(name.Length > 40 ? name[..40] + "…" : name)}' is not known here; known are {Known}.");
            return;
        }
        if (value is not YamlScalarNode text)
            faults.Add(line, $"{name} is one line of text, not a list.");
        entries[name] = new((value as YamlScalarNode)?.Value ?? "", line);
    }

    private static int LineOf(Mark mark) => (int)mark.Line + 1; // Mark counts from 0, after the line ---

    private static string Lowered(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
