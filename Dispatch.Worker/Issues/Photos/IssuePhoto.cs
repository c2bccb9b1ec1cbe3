namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// A picture of an issue that is ready to be shown: its name in the Markdown, and the URL from which readers' programs load it.
/// </summary>
public sealed record IssuePhoto(string FileName, string Url, int Width, int Height)
{
    /// <summary>The URL and the width in pixels of a smaller rendition for telephones, or null when there is none.</summary>
    public (string Url, int Width)? Narrow { get; init; }
}
