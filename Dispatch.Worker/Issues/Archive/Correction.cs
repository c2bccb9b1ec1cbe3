namespace Dispatch.Worker.Issues.Archive;

/// <summary>
/// A note that corrects an issue after it has gone out. The archive and the feeds show it with its time. The text of the issue stays as it
/// was sent, and nobody is mailed.
/// </summary>
public class Correction
{
    /// <summary>The maximum length of the text, in UTF-16 code units.</summary>
    public const int LongestText = 2000;

    public int Id { get; set; }
    public int IssueId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>What was wrong and what is right, as plain text in the language of the issue. A line break begins a paragraph.</summary>
    public required string Text { get; set; }
}
