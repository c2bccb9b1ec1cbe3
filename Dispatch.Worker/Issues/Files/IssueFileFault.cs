namespace Dispatch.Worker.Issues.Files;

/// <summary>A fault in an issue's file: its location, and a message that says what is expected.</summary>
public sealed record IssueFileFault(string File, int? Line, string Message)
{
    /// <summary>
    /// Returns the fault in the format of a compiler's message, so an editor can jump to the line: <c>issue.md:7: there is no …</c>
    /// </summary>
    public override string ToString() => Line is { } line ? $"{File}:{line}: {Message}" : $"{File}: {Message}";
}

/// <summary>The outcome of reading an issue's file.</summary>
public abstract record IssueFileReading
{
    private IssueFileReading()
    {
    }

    public sealed record Read(IssueFile File) : IssueFileReading;

    /// <summary>The file has these faults, in line order, and can't be used until they are fixed.</summary>
    public sealed record Refused(IReadOnlyList<IssueFileFault> Faults) : IssueFileReading;
}

/// <summary>Collects the faults of one file.</summary>
internal sealed class IssueFileFaults(string file)
{
    private readonly List<IssueFileFault> faults = [];

    public bool Any => faults.Count > 0;

    /// <summary>Records a fault and returns null.</summary>
    public string? Add(int? line, string message)
    {
        faults.Add(new(file, line, message));
        return null;
    }

    public IssueFileReading.Refused AsReading() => new([.. faults.OrderBy(fault => fault.Line ?? 0)]);
}
