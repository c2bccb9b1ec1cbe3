using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// What a correspondent writes: everything about an issue that can be edited. Whatever is done to each text goes through
/// <see cref="Fields"/>: a new one needs a parameter, a row in that table, a column in <see cref="IssueFields"/>, and its place on the page
/// and in the API.
/// </summary>
public sealed record IssueText(string Subject, string Preheader, string Byline, string Slug, string Body)
{
    public const int LongestSubject = 150;
    public const int LongestSlug = 100;
    public const int LongestBody = 1_000_000;

    public static readonly IssueText Empty = new("", "", "", "", "");

    public static IReadOnlyList<IssueTextField> Fields { get; } =
    [
        new(nameof(Subject), "The subject", text => text.Subject, (text, value) => text with { Subject = value }),
        new(nameof(Preheader), "The preview line", text => text.Preheader, (text, value) => text with { Preheader = value }),
        new(nameof(Byline), "The byline", text => text.Byline, (text, value) => text with { Byline = value }),
        new(nameof(Slug), "The name in the address", text => text.Slug, (text, value) => text with { Slug = value }),
        new(nameof(Body), "The text", text => text.Body, (text, value) => text with { Body = value }) { HasLines = true },
    ];

    /// <summary>Whether the archive shows it.</summary>
    public bool Archived { get; init; } = true;

    /// <summary>The text from any source that finds its fields by name; a missing one is empty.</summary>
    public static IssueText Of(Func<string, string?> read) => Empty.With(field => read(field.Name) ?? "");

    /// <summary>The fields that hold characters which <see cref="Tidied"/> drops, so that whoever wrote them can be told.</summary>
    public IReadOnlyList<string> Dropped() =>
        [.. Fields.Where(field => UnseenCharacters.AreIn(field.Get(this).ReplaceLineEndings("\n"))).Select(field => field.Name)];

    /// <summary>
    /// The text with surrounding whitespace trimmed, uniform line endings, noncharacters removed, and a slug made from the subject where
    /// none is given.
    /// </summary>
    public IssueText Tidied()
    {
        var tidied = With(field => field.Tidied(field.Get(this)));
        return tidied.Slug.Length > 0 ? tidied : tidied with { Slug = Slugs.From(tidied.Subject) };
    }

    /// <summary>
    /// What is wrong with its form, field by field; whether it can be sent is another matter (see <see cref="ContentFault"/>).
    /// </summary>
    public IEnumerable<FieldFault> Faults()
    {
        if (Subject.Length == 0)
            yield return new(nameof(Subject), "An issue needs a subject.");
        if (Subject.Length > LongestSubject)
            yield return new(nameof(Subject), $"A subject has at most {LongestSubject} characters; this one has {Subject.Length}.");
        if (HasBreak(Subject)) // a line break would start a new mail header
            yield return new(nameof(Subject), "A subject is one line.");
        if (Preheader.Length > 250 || HasBreak(Preheader))
            yield return new(nameof(Preheader), "The preview line is one line of at most 250 characters.");
        if (Byline.Length > 200 || HasBreak(Byline))
            yield return new(nameof(Byline), "The byline is one line of at most 200 characters.");
        if (!Slugs.IsGood(Slug, LongestSlug))
            yield return new(nameof(Slug),
                $"The name in the address is made of lower-case letters, digits and hyphens, at most {LongestSlug}, as in "
                    + "border-bottleneck.");
        foreach (var field in Fields.Where(field => field.Name != nameof(Slug) && !StorableText.Is(field.Get(this))))
            yield return new(field.Name, $"{field.Title} {StorableText.Why}");
        if (Body.Length > LongestBody)
            yield return new(nameof(Body), $"The text has {Body.Length:N0} characters; at most {LongestBody:N0} are taken.");
    }

    /// <summary>The first thing that is wrong with one text; null: nothing.</summary>
    public string? FaultOf(IssueTextField field) => Faults().FirstOrDefault(fault => fault.Field == field.Name)?.Message;

    private IssueText With(Func<IssueTextField, string> value) => Fields.Aggregate(this, (text, field) => field.With(text, value(field)));

    private static bool HasBreak(string text) => text.AsSpan().IndexOfAny('\r', '\n') >= 0;
}

/// <summary>One of the texts of an <see cref="IssueText"/>.</summary>
/// <param name="Name">As in the table, in forms and, in camel case, in JSON.</param>
/// <param name="Title">What it is called in messages to its author, at the beginning of a sentence.</param>
/// <param name="Get">Reads it.</param>
/// <param name="With">The whole with another value for it.</param>
public sealed record IssueTextField(string Name, string Title, Func<IssueText, string> Get, Func<IssueText, string, IssueText> With)
{
    /// <summary>Whitespace at its ends stays: it means something to Markdown.</summary>
    public bool HasLines { get; init; }

    /// <summary>A text as it is stored.</summary>
    public string Tidied(string text) =>
        HasLines ? UnseenCharacters.DroppedFrom(text.ReplaceLineEndings("\n")) : UnseenCharacters.DroppedFrom(text).Trim();
}

/// <summary>What is wrong with one field of a form or a request, in a sentence for whoever filled it in.</summary>
public sealed record FieldFault(string Field, string Message);
