using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Content;

/// <summary>A self-contained part of an issue's text. Its URLs are absolute and have a safe scheme.</summary>
internal abstract record IssueBlock
{
    /// <summary>
    /// A heading. Level 2 is an article's headline, and deeper levels are its sections. Level 1 does not occur, because it is the issue's
    /// subject.
    /// </summary>
    public sealed record Heading(int Level, IReadOnlyList<IssueSpan> Text) : IssueBlock;

    public sealed record Paragraph(IReadOnlyList<IssueSpan> Text) : IssueBlock;

    public sealed record Figure(Picture Picture, string Caption, string Credit) : IssueBlock;

    /// <summary>The separator between two articles.</summary>
    public sealed record Rule : IssueBlock;

    public sealed record Quote(IReadOnlyList<IssueBlock> Blocks) : IssueBlock;

    /// <param name="First">The number of the first item, or null for a list without numbers.</param>
    /// <param name="Loose">Whether the items are paragraphs rather than lines.</param>
    /// <param name="Items">The blocks of each item.</param>
    public sealed record Listing(int? First, bool Loose, IReadOnlyList<IReadOnlyList<IssueBlock>> Items) : IssueBlock;

    public sealed record Code(string Text) : IssueBlock;
}

/// <summary>A part of an inline text.</summary>
internal abstract record IssueSpan
{
    public sealed record Words(string Text) : IssueSpan;

    public sealed record Strong(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Emphasis(IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Link(string Url, IReadOnlyList<IssueSpan> Text) : IssueSpan;

    public sealed record Code(string Text) : IssueSpan;

    public sealed record LineBreak : IssueSpan;

    public sealed record InlinePicture(Picture Picture) : IssueSpan;
}

/// <summary>A picture that the text refers to. <paramref name="Photo"/> is null if the issue has no picture of that name.</summary>
internal sealed record Picture(string Reference, IssuePhoto? Photo, string Alt)
{
    /// <summary>The text that a preview shows in place of a missing picture.</summary>
    public string MissingNote => $"[Photo missing: {Reference}]";
}
