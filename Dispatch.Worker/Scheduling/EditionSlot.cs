namespace Dispatch.Worker.Scheduling;

/// <summary>
/// A slot that has an issue, or that passed without an issue. Other slots are not stored, since the newsletter's rule yields them.
/// </summary>
public class EditionSlot
{
    public int Id { get; set; }
    public int NewsletterId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The issue assigned to the slot, or null if the slot passed without an issue and was skipped.</summary>
    public int? IssueId { get; set; }
}
