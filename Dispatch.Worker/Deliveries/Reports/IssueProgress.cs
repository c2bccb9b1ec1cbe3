namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>How far an issue has got. <see cref="Audience"/> is always the sum of the other totals.</summary>
public sealed record IssueProgress
{
    public int Audience { get; init; }

    /// <summary>The readers who are not mailed, counted by reason.</summary>
    public IReadOnlyDictionary<string, int> Excluded { get; init; } = new Dictionary<string, int>();

    /// <summary>The deliveries that have not begun or are being sent.</summary>
    public int Pending { get; init; }
    public int Deferred { get; init; }
    public int Accepted { get; init; }
    public int Rejected { get; init; }
    public int Uncertain { get; init; }
    public int Cancelled { get; init; }
}
