namespace Dispatch.Worker.Audit;

/// <summary>A record of who did what, and when. It contains ids and fixed words only, never a reader's data.</summary>
public class AuditEntry
{
    public long Id { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The actor, such as <c>staff:3</c>, <c>token:2</c>, <c>reader</c>, <c>worker</c>, <c>command line</c>.</summary>
    public required string Actor { get; set; }

    /// <summary>What was done, such as <c>issue.scheduled</c>.</summary>
    public required string Action { get; set; }

    /// <summary>The object of the action, such as <c>issue:12</c>.</summary>
    public required string Target { get; set; }
    public string? Detail { get; set; }
}
