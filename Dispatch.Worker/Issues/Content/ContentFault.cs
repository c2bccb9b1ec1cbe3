namespace Dispatch.Worker.Issues.Content;

/// <summary>The severity of a fault in an issue. An error prevents sending, a warning does not.</summary>
public enum FaultSeverity { Warning, Error }

/// <summary>
/// A fault in an issue's text that the correspondent should know about before the issue goes out. Lines count from 1 in the Markdown.
/// </summary>
public sealed record ContentFault(FaultSeverity Severity, int? Line, string Rule, string Message)
{
    /// <summary>Returns the message with its line, such as "Line 3: expected …".</summary>
    public string InWords() => Line is { } line ? $"Line {line}: {Message}" : Message;

    /// <summary>Returns the same as a sentence, with a capital letter and an end, to go with others.</summary>
    public string InSentence()
    {
        var words = InWords();
        return $"{char.ToUpperInvariant(words[0])}{words[1..]}{(words[^1] is '.' or '!' or '?' ? "" : ".")}";
    }
}
