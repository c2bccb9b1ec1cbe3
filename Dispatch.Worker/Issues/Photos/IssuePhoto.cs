namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// A picture of an issue that is ready to be shown: its name in the Markdown, and the URL from which readers' programs load it.
/// </summary>
public sealed record IssuePhoto(string FileName, string Url, int Width, int Height);
