using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Content;

/// <summary>What a correspondent writes: everything of an issue that can be edited.</summary>
public sealed record IssueText(string Subject, string Preheader, string Byline, string Slug, string Body)
{
    public const int LongestSubject = 150;
    public const int LongestSlug = 100;
    public const int LongestBody = 1_000_000;

    /// <summary>Whether the archive shows it.</summary>
    public bool Archived { get; init; } = true;

    /// <summary>The fields that hold characters which <see cref="Tidied"/> drops, for telling whoever wrote them.</summary>
    public IReadOnlyList<string> Dropped() =>
        [.. new[] { (nameof(Subject), Subject), (nameof(Preheader), Preheader), (nameof(Byline), Byline),
            (nameof(Body), Body.ReplaceLineEndings("\n")) }
            .Where(field => UnseenCharacters.AreIn(field.Item2)).Select(field => field.Item1)];

    /// <summary>
    /// The text with blanks around it taken off, line ends of one kind, without what is no character, and with a slug made of the subject
    /// where none is given.
    /// </summary>
    public IssueText Tidied()
    {
        var subject = UnseenCharacters.DroppedFrom(Subject).Trim();
        var slug = Slug.Trim();
        return this with
        {
            Subject = subject,
            Preheader = UnseenCharacters.DroppedFrom(Preheader).Trim(),
            Byline = UnseenCharacters.DroppedFrom(Byline).Trim(),
            Slug = slug.Length > 0 ? slug : Slugs.From(subject),
            Body = UnseenCharacters.DroppedFrom(Body.ReplaceLineEndings("\n")),
        };
    }

    /// <summary>What is wrong with the shape of it, by field; whether it can be sent is another matter (see <see cref="ContentFault"/>).</summary>
    public IEnumerable<FieldFault> Faults()
    {
        if (Subject.Length == 0)
            yield return new(nameof(Subject), "An issue needs a subject.");
        if (Subject.Length > LongestSubject)
            yield return new(nameof(Subject), $"A subject has at most {LongestSubject} characters; this one has {Subject.Length}.");
        if (HasBreak(Subject)) // a line break would start a new header of the mail
            yield return new(nameof(Subject), "A subject is one line.");
        if (Preheader.Length > 250 || HasBreak(Preheader))
            yield return new(nameof(Preheader), "The preview line is one line of at most 250 characters.");
        if (Byline.Length > 200 || HasBreak(Byline))
            yield return new(nameof(Byline), "The byline is one line of at most 200 characters.");
        if (!Slugs.IsGood(Slug, LongestSlug))
            yield return new(nameof(Slug), $"The name in the address is made of lower-case letters, digits and hyphens, at most {LongestSlug}, as in border-bottleneck.");
        foreach (var (field, value) in new[] { (nameof(Subject), Subject), (nameof(Preheader), Preheader), (nameof(Byline), Byline), (nameof(Body), Body) })
            if (!StorableText.Is(value))
                yield return new(field, $"{(field == nameof(Body) ? "The text" : field == nameof(Preheader) ? "The preview line" : $"The {field.ToLowerInvariant()}")} {StorableText.Why}");
        if (Body.Length > LongestBody)
            yield return new(nameof(Body), $"The text has {Body.Length:N0} characters; at most {LongestBody:N0} are taken.");
    }

    private static bool HasBreak(string text) => text.AsSpan().IndexOfAny('\r', '\n') >= 0;
}

/// <summary>What is wrong with one field of a form or a request, in a sentence for whoever filled it in.</summary>
public sealed record FieldFault(string Field, string Message);
