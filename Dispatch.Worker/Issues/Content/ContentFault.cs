namespace Dispatch.Worker.Issues.Content;

/// <summary>How serious a fault in an issue is: an error keeps it from being sent, a warning does not.</summary>
public enum FaultSeverity { Warning, Error }

/// <summary>
/// Something about an issue's text that its correspondent should know before it goes out; lines count from 1 in the Markdown.
/// </summary>
public sealed record ContentFault(FaultSeverity Severity, int? Line, string Rule, string Message)
{
    /// <summary>As in "Line 3: expected …".</summary>
    public string InWords() => Line is { } line ? $"Line {line}: {Message}" : Message;
}
