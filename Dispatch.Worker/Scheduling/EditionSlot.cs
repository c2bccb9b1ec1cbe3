namespace Dispatch.Worker.Scheduling;

/// <summary>
/// A slot of a newsletter's rhythm that something was decided about: an issue is to go out in it (its state tells the rest),
/// or it went by without one. Slots nobody has touched are not stored: the rule gives them.
/// </summary>
public class EditionSlot
{
    public int Id { get; set; }
    public int NewsletterId { get; set; }
    public DateTimeOffset At { get; set; }

    /// <summary>The issue that goes out in it; null: it went by without one and was skipped.</summary>
    public int? IssueId { get; set; }
}
