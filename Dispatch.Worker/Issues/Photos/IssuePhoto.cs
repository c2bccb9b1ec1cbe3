namespace Dispatch.Worker.Issues.Photos;

/// <summary>A picture of an issue as it is shown: its name in the Markdown, its URL, and its size in pixels.</summary>
public sealed record IssuePhoto(string FileName, string Url, int Width, int Height)
{
    /// <summary>The URL and the width in pixels of a smaller rendition for phones, or null if there is none.</summary>
    public (string Url, int Width)? Narrow { get; init; }

    /// <summary>The URLs and the widths in pixels of the renditions as WebP, for browsers. Empty if there are none.</summary>
    public IReadOnlyList<(string Url, int Width)> WebP { get; init; } = [];
}
