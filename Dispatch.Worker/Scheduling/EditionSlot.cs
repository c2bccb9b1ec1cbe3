namespace Dispatch.Worker.Scheduling;

/// <summary>
/// A slot in a newsletter's rhythm about which something was decided: an issue is to go out in it (its state tells the rest), or it went by
/// without one. Untouched slots are not stored: the rule yields them.
/// </summary>
public class EditionSlot
{
    public int Id { get; set; }
    public int NewsletterId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The issue that goes out in it; null: it went by without one and was skipped.</summary>
    public int? IssueId { get; set; }
}
