using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>
/// One number of a newsletter. Its text may change until it goes out; each change is kept as an <see cref="IssueRevision"/>. Draft or
/// approved, it is scheduled for an instant (a slot's or another); when that comes it is rendered once, fanned out and is <em>sending</em>;
/// it can be paused and resumed at will, and is <em>sent</em> when no delivery is left to do.
/// </summary>
public class Issue : IssueFields
{
    private IssueState state = IssueState.Draft;

    public int Id { get; set; }
    public int NewsletterId { get; set; }

    /// <summary>Set only when the object is new; after that it changes through an <see cref="IssueTransition"/>.</summary>
    public IssueState State { get => state; init => state = value; }

    /// <summary>Counts the saves, from 1: a save based on an older one is refused.</summary>
    public int Revision { get; set; } = 1;

    /// <summary>
    /// Counts the decisions about its going out: one based on an older count is refused, even if both lead to the same state, as when it is
    /// moved from one slot to another.
    /// </summary>
    public int Decision { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it is to go out; null while that is not decided.</summary>
    public DateTimeOffset? SendAt { get; set; }
    public DateTimeOffset? SendStartedAt { get; set; }

    /// <summary>When nothing was left to do for the first time; what goes to the rest later does not change it.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When it was last sent to whoever had not received it.</summary>
    public DateTimeOffset? RestStartedAt { get; set; }

    /// <summary>When that was done; null while it is under way.</summary>
    public DateTimeOffset? RestSentAt { get; set; }

    /// <summary>The revision that somebody approved; null when the text as it stands is not approved.</summary>
    public int? ApprovedRevision { get; set; }

    /// <summary>Who approved it, as in the audit.</summary>
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>What keeps it from going out right now, in words for the desk; null when nothing does.</summary>
    public string? LastError { get; set; }

    public bool MayBeEdited => State is IssueState.Draft or IssueState.Approved or IssueState.Scheduled or IssueState.Held;

    /// <summary>It goes out so soon that it can only be taken back: what was decided on is what goes out, whoever has it open.</summary>
    public bool IsLeaving(DateTimeOffset now, UndoTime undo) => State is IssueState.Scheduled && SendAt - now <= undo.Length;

    /// <summary>Why its text and pictures can't be changed now; null when they can.</summary>
    public Refusal? Locked(DateTimeOffset now, UndoTime undo) =>
        !MayBeEdited ? new Refusal($"This issue is {IssueTransition.InWords(State)}: what has gone out can't be changed.")
        : IsLeaving(now, undo)
        ? new Refusal("This issue is about to go out, so it can't be changed. Unschedule it first; then change it and send it again.")
        : null;

    /// <summary>Accepts new text, which nobody has approved; or says why it can't be changed.</summary>
    public Refusal? Edit(IssueText text, DateTimeOffset now, UndoTime undo)
    {
        if (Locked(now, undo) is { } refusal)
            return refusal;
        Text = text;
        Revision++;
        UpdatedAt = now;
        VoidApproval();
        return null;
    }

    /// <summary>Somebody has read this revision and approves it.</summary>
    public Refusal? Approve(string by, DateTimeOffset now)
    {
        if (Move(IssueTransition.Approve) is { } refusal)
            return refusal;
        (ApprovedRevision, ApprovedBy, ApprovedAt) = (Revision, by, now);
        return null;
    }

    /// <summary>Withdraws an approval; if the issue is scheduled, it stays scheduled.</summary>
    public Refusal? Unapprove()
    {
        if (State is not IssueState.Approved && (ApprovedRevision is null || !MayBeEdited))
            return new Refusal($"This issue is {IssueTransition.InWords(State)}; it has no approval to take back.");
        VoidApproval();
        return null;
    }

    /// <summary>The content is no longer what was approved.</summary>
    public void VoidApproval()
    {
        if (IssueTransition.VoidApproval.StartsFrom(State))
            Move(IssueTransition.VoidApproval);
        (ApprovedRevision, ApprovedBy, ApprovedAt) = (null, null, null);
    }

    /// <summary>Sets the instant at which it goes out.</summary>
    public Refusal? ScheduleFor(DateTimeOffset sendAt)
    {
        if (Move(IssueTransition.Schedule) is { } refusal)
            return refusal;
        SendAt = sendAt;
        LastError = null;
        return null;
    }

    public Refusal? Unschedule()
    {
        if (Move(IssueTransition.Unschedule) is { } refusal)
            return refusal;
        VoidApproval();
        SendAt = null;
        LastError = null;
        return null;
    }

    public Refusal? Hold(string trouble)
    {
        if (Move(IssueTransition.Hold) is { } refusal)
            return refusal;
        LastError = trouble;
        return null;
    }

    public Refusal? StartSending(DateTimeOffset now)
    {
        if (Move(IssueTransition.Begin) is { } refusal)
            return refusal;
        SendStartedAt = now;
        LastError = null;
        return null;
    }

    public Refusal? Pause() => Move(IssueTransition.Pause);
    public Refusal? Resume() => Move(IssueTransition.Resume);
    public Refusal? Cancel() => Move(IssueTransition.Cancel);

    /// <summary>Goes out once more, to whoever has not received it.</summary>
    public Refusal? SendToRest(DateTimeOffset now)
    {
        if (SendStartedAt is null)
            return new Refusal("This issue has not gone out to anybody yet.");
        if (Move(IssueTransition.SendToRest) is { } refusal)
            return refusal;
        (RestStartedAt, RestSentAt, LastError) = (now, null, null);
        return null;
    }

    private Refusal? Move(IssueTransition by)
    {
        if (by.RefusalFrom(State) is { } refusal)
            return refusal;
        state = by.To;
        Decision++;
        return null;
    }
}

/// <summary>How long "send now" can be undone.</summary>
public sealed record UndoTime(TimeSpan Length);

/// <summary>Why something can't be done to an issue in its present state, in words for the person who asked.</summary>
public sealed record Refusal(string Why);
