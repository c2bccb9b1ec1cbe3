using Dispatch.Worker.Issues.Photos;

namespace Dispatch.Worker.Issues.Content;

/// <summary>A self-contained part of an issue's text; addresses in it are absolute and safe to follow.</summary>
internal abstract record IssueBlock
{
    /// <summary>Level 2 is an article's headline, 3 and below its sections; 1 is the issue's subject and does not occur.</summary>
    public sealed record Heading(int Level, IReadOnlyList<IssueSpan> Text) : IssueBlock;

    public sealed record Paragraph(IReadOnlyList<IssueSpan> Text) : IssueBlock;

    public sealed record Figure(Picture Picture, string Caption, string Credit) : IssueBlock;

    /// <summary>Comes between two articles.</summary>
    public sealed record Rule : IssueBlock;

    public sealed record Quote(IReadOnlyList<IssueBlock> Blocks) : IssueBlock;

    /// <param name="First">The first item's number; null when the items have none.</param>
    /// <param name="Loose">Whether the items are paragraphs rather than lines.</param>
    /// <param name="Items">The contents of each item.</param>
    public sealed record Listing(int? First, bool Loose, IReadOnlyList<IReadOnlyList<IssueBlock>> Items) : IssueBlock;

    public sealed record Code(string Text) : IssueBlock;
}

/// <summary>A stretch of running text.</summary>
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

/// <summary>A picture as referred to; <paramref name="Photo"/> is null when the issue has none with that name.</summary>
internal sealed record Picture(string Reference, IssuePhoto? Photo, string Alt)
{
    /// <summary>What a preview shows in its place when it is missing.</summary>
    public string MissingNote => $"[Photo missing: {Reference}]";
}
