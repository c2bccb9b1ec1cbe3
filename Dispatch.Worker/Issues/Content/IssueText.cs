using Dispatch.Worker.Database;
using Dispatch.Worker.Issues.Content.Parsing;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Newsletters;

namespace Dispatch.Worker.Issues.Content;

/// <summary>
/// Everything about an issue that a correspondent can edit. A new field needs a parameter here, a row in <see cref="Fields"/>, a column in
/// <see cref="IssueFields"/>, and a place on the page and in the API.
/// </summary>
public sealed record IssueText(string Subject, string Preheader, string Byline, string Slug, string Body)
{
    public const int LongestSubject = 150;
    public const int LongestSlug = 100;
    public const int LongestBody = 1_000_000;
    public const int LongestPicture = 1000;

    public static readonly IssueText Empty = new("", "", "", "", "");

    public static IReadOnlyList<IssueTextField> Fields { get; } =
    [
        new(nameof(Subject), "The subject", text => text.Subject, (text, value) => text with { Subject = value }),
        new(nameof(Preheader), "The preview line", text => text.Preheader, (text, value) => text with { Preheader = value }),
        new(nameof(Byline), "The byline", text => text.Byline, (text, value) => text with { Byline = value }),
        new(nameof(Slug), "The URL slug", text => text.Slug, (text, value) => text with { Slug = value }),
        new(nameof(Picture), "The feature picture", text => text.Picture, (text, value) => text with { Picture = value }),
        new(nameof(Body), "The text", text => text.Body, (text, value) => text with { Body = value }) { HasLines = true },
    ];

    /// <summary>Whether the archive shows the issue.</summary>
    public bool Archived { get; init; } = true;

    /// <summary>
    /// The picture at the top of the issue: its name, such as <c>photos/border.jpg</c>, or a figure in Markdown. Empty if there is none.
    /// </summary>
    public string Picture { get; init; } = "";

    /// <summary>Whether the issue shows a picture, in its text or at its top.</summary>
    /// <param name="fileName">The picture's name, such as <c>photos/border.jpg</c>.</param>
    public bool Shows(string fileName) =>
        PhotoNames.IsIn(Body, fileName) || (Picture.Length > 0 && PhotoNames.IsIn(FeaturePicture.MarkdownOf(Picture), fileName));

    /// <summary>Builds the text from a source that looks up fields by name. A missing field is empty.</summary>
    public static IssueText Of(Func<string, string?> read) => Empty.With(field => read(field.Name) ?? "");

    /// <summary>Returns the names of the fields from which <see cref="Tidied"/> drops characters, so the author can be told.</summary>
    public IReadOnlyList<string> Dropped() =>
        [.. Fields.Where(field => field.Get(this).ReplaceLineEndings("\n") is var text && field.Seen(text) != text)
            .Select(field => field.Name)];

    /// <summary>
    /// Returns the text with surrounding whitespace trimmed, uniform line endings and no noncharacters. An empty slug is replaced by one
    /// made from the subject.
    /// </summary>
    public IssueText Tidied()
    {
        var tidied = With(field => field.Tidied(field.Get(this)));
        return tidied.Slug.Length > 0 ? tidied : tidied with { Slug = Slugs.From(tidied.Subject) };
    }

    /// <summary>
    /// Returns what is wrong with individual fields, such as their length. Whether the issue can be sent is a separate check (see
    /// <see cref="ContentFault"/>).
    /// </summary>
    public IEnumerable<FieldFault> Faults()
    {
        if (Subject.Length == 0)
            yield return new(nameof(Subject), "An issue needs a subject.");
        if (Subject.Length > LongestSubject)
            yield return new(nameof(Subject), $"A subject has at most {LongestSubject} characters; this one has {Subject.Length}.");
        if (HasBreak(Subject)) // a line break would begin a new mail header
            yield return new(nameof(Subject), "A subject is one line.");
        if (Preheader.Length > 250 || HasBreak(Preheader))
            yield return new(nameof(Preheader), "The preview line is one line of at most 250 characters.");
        if (Byline.Length > 200 || HasBreak(Byline))
            yield return new(nameof(Byline), "The byline is one line of at most 200 characters.");
        if (Picture.Length > LongestPicture || HasBreak(Picture))
            yield return new(nameof(Picture), $"The feature picture is one line of at most {LongestPicture:N0} characters.");
        if (!Slugs.IsGoodInAnyScript(Slug, LongestSlug))
            yield return new(nameof(Slug),
                $"A URL slug has only lowercase letters of any script, digits and hyphens, at most {LongestSlug}, such as "
                    + "border-bottleneck.");
        foreach (var field in Fields.Where(field => field.Name != nameof(Slug) && !StorableText.Is(field.Get(this))))
            yield return new(field.Name, $"{field.Title} {StorableText.Why}");
        if (Body.Length > LongestBody)
            yield return new(nameof(Body), $"The text has {Body.Length:N0} characters; the most is {LongestBody:N0}.");
    }

    /// <summary>Returns the first fault in one field, or null if there is none.</summary>
    public string? FaultOf(IssueTextField field) => Faults().FirstOrDefault(fault => fault.Field == field.Name)?.Message;

    private IssueText With(Func<IssueTextField, string> value) => Fields.Aggregate(this, (text, field) => field.With(text, value(field)));

    private static bool HasBreak(string text) => text.AsSpan().IndexOfAny('\r', '\n') >= 0;
}

/// <summary>A text field of an <see cref="IssueText"/>.</summary>
/// <param name="Name">The name in the table, in forms and, in camel case, in JSON.</param>
/// <param name="Title">The field's name at the beginning of a sentence, for messages to the author.</param>
/// <param name="Get">Reads the field.</param>
/// <param name="With">Returns a copy of the whole text with another value in this field.</param>
public sealed record IssueTextField(string Name, string Title, Func<IssueText, string> Get, Func<IssueText, string, IssueText> With)
{
    /// <summary>
    /// Whether the field has several lines, in Markdown. Whitespace at its ends is then kept, because Markdown gives it a meaning.
    /// </summary>
    public bool HasLines { get; init; }

    /// <summary>Returns a value of this field as it is stored.</summary>
    public string Tidied(string text) => HasLines ? Seen(text.ReplaceLineEndings("\n")) : Seen(text).Trim();

    /// <summary>Returns a text without the characters that nobody sees.</summary>
    internal string Seen(string text) => HasLines ? UnseenCharacters.DroppedFromMarkdown(text) : UnseenCharacters.DroppedFrom(text);
}

/// <summary>A fault in one field of a form or a request, as a sentence for the person who filled in the field.</summary>
public sealed record FieldFault(string Field, string Message);
