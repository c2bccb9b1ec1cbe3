namespace Dispatch.Worker.Audit;

/// <summary>Who did what, and when: ids and words only, never a reader's data.</summary>
public class AuditEntry
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>As in <c>staff:3</c>, <c>token:2</c>, <c>reader</c>, <c>worker</c>, <c>command line</c>.</summary>
    public required string Actor { get; set; }

    /// <summary>As in <c>issue.scheduled</c>.</summary>
    public required string Action { get; set; }

    /// <summary>What it was done to, as in <c>issue:12</c>.</summary>
    public required string Target { get; set; }
    public string? Detail { get; set; }
}
