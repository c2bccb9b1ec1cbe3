namespace Dispatch.Worker.Issues.Files;

/// <summary>What is wrong with an issue's file, where, and what would be right.</summary>
public sealed record IssueFileFault(string File, int? Line, string Message)
{
    /// <summary>As a compiler would write it, so that an editor can jump there: <c>issue.md:7: there is no …</c></summary>
    public override string ToString() => Line is { } line ? $"{File}:{line}: {Message}" : $"{File}: {Message}";
}

/// <summary>The outcome of reading an issue's file.</summary>
public abstract record IssueFileReading
{
    private IssueFileReading()
    {
    }

    public sealed record Read(IssueFile File) : IssueFileReading;

    /// <summary>It is unusable until these are fixed; in line order.</summary>
    public sealed record Refused(IReadOnlyList<IssueFileFault> Faults) : IssueFileReading;
}

/// <summary>Collects the faults of one file.</summary>
internal sealed class IssueFileFaults(string file)
{
    private readonly List<IssueFileFault> faults = [];

    public bool Any => faults.Count > 0;

    /// <summary>Records a fault; returns null, for a reader that has nothing else to return.</summary>
    public string? Add(int? line, string message)
    {
        faults.Add(new(file, line, message));
        return null;
    }

    public IssueFileReading.Refused AsReading() => new([.. faults.OrderBy(fault => fault.Line ?? 0)]);
}
