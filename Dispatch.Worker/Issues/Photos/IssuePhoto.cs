namespace Dispatch.Worker.Issues.Photos;

/// <summary>
/// A picture of an issue that is ready to be shown: the name the Markdown uses for it, and where readers' programs fetch it.
/// </summary>
public sealed record IssuePhoto(string FileName, string Url, int Width, int Height);
