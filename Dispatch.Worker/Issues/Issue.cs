using Dispatch.Worker.Issues.Content;

namespace Dispatch.Worker.Issues;

/// <summary>
/// A newsletter's issue. Its text can be changed until the issue goes out, and every save is kept as an <see cref="IssueRevision"/>. At its
/// scheduled instant the issue is rendered once and fanned out.
/// </summary>
public class Issue : IssueFields
{
    /// <summary>The maximum length of <see cref="FirstSentWith"/>, in UTF-16 code units.</summary>
    public const int LongestSystem = 60;

    private IssueState state = IssueState.Draft;

    public int Id { get; set; }
    public int NewsletterId { get; set; }

    /// <summary>The issue's state. On an existing issue, only an <see cref="IssueTransition"/> changes it.</summary>
    public IssueState State { get => state; init => state = value; }

    /// <summary>The number of saves, from 1. A save based on an older revision is refused.</summary>
    public int Revision { get; set; } = 1;

    /// <summary>
    /// The number of transitions so far. A decision based on an older count is refused, even if the issue is back in the same state.
    /// </summary>
    public int Decision { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When the issue is due to go out. Null if it is not scheduled.</summary>
    public DateTimeOffset? SendAt { get; set; }
    public DateTimeOffset? SendStartedAt { get; set; }

    /// <summary>When all deliveries were done for the first time. Sending to the rest later does not change this value.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>When the last sending to the rest started. The rest are the subscribers who had not received the issue.</summary>
    public DateTimeOffset? RestStartedAt { get; set; }

    /// <summary>When the last sending to the rest ended. Null while it is in progress.</summary>
    public DateTimeOffset? RestSentAt { get; set; }

    /// <summary>The approved revision. Null if the current text is not approved.</summary>
    public int? ApprovedRevision { get; set; }

    /// <summary>Who approved the issue, in the audit log's notation, such as <c>staff:3</c>.</summary>
    public string? ApprovedBy { get; set; }
    public DateTimeOffset? ApprovedAt { get; set; }

    /// <summary>
    /// The system with which the issue was first sent, such as <c>Substack</c>, if it came with an import of past issues. Such an issue is
    /// in the archive and is never mailed. Null for all others.
    /// </summary>
    public string? FirstSentWith { get; init; }

    /// <summary>
    /// What prevents the issue from going out right now, or what to know before it does, as a sentence for the desk. Null if nothing does.
    /// </summary>
    public string? LastError { get; set; }

    public bool MayBeEdited => State is IssueState.Draft or IssueState.Approved or IssueState.Scheduled or IssueState.Held;

    /// <summary>Whether the issue goes out so soon that it can only be unscheduled, not changed.</summary>
    public bool IsLeaving(DateTimeOffset now, UndoTime undo) => State is IssueState.Scheduled && SendAt - now <= undo.Length;

    /// <summary>Returns why the issue's text and pictures can't be changed now, or null if they can.</summary>
    public Refusal? Locked(DateTimeOffset now, UndoTime undo) =>
        !MayBeEdited ? new Refusal($"This issue is {IssueTransition.InWords(State)}: what has gone out can't be changed.")
        : IsLeaving(now, undo)
        ? new Refusal("This issue is about to go out, so it can't be changed. Unschedule it first; then change it and send it again.")
        : null;

    /// <summary>Replaces the text and voids any approval. Returns a refusal if the issue can't be changed.</summary>
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

    /// <summary>Approves the current revision. Returns a refusal if the issue's state does not allow an approval.</summary>
    public Refusal? Approve(string by, DateTimeOffset now)
    {
        if (Move(IssueTransition.Approve) is { } refusal)
            return refusal;
        (ApprovedRevision, ApprovedBy, ApprovedAt) = (Revision, by, now);
        return null;
    }

    /// <summary>Withdraws the approval. A scheduled issue stays scheduled.</summary>
    public Refusal? Unapprove()
    {
        if (State is not IssueState.Approved && (ApprovedRevision is null || !MayBeEdited))
            return new Refusal($"This issue is {IssueTransition.InWords(State)}; it has no approval to withdraw.");
        VoidApproval();
        return null;
    }

    /// <summary>Removes the approval, because the content has changed.</summary>
    public void VoidApproval()
    {
        if (IssueTransition.VoidApproval.StartsFrom(State))
            Move(IssueTransition.VoidApproval);
        (ApprovedRevision, ApprovedBy, ApprovedAt) = (null, null, null);
    }

    /// <summary>Schedules the issue for an instant.</summary>
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

    /// <summary>Pauses sending, because a person wants it. What was wrong before is not why.</summary>
    public Refusal? Pause()
    {
        if (Move(IssueTransition.Pause) is { } refusal)
            return refusal;
        LastError = null;
        return null;
    }

    public Refusal? Resume() => Move(IssueTransition.Resume);
    public Refusal? Cancel() => Move(IssueTransition.Cancel);

    /// <summary>Starts another round of sending, to the subscribers who have not received the issue.</summary>
    public Refusal? SendToRest(DateTimeOffset now)
    {
        if (FirstSentWith is not null)
            return new Refusal($"This issue was first sent with {FirstSentWith}. It is in the archive, and is never mailed from here.");
        if (SendStartedAt is null)
            return new Refusal("This issue hasn't gone out to anybody yet.");
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

/// <summary>Why an issue's present state does not allow a request, in words for the person who made it.</summary>
public sealed record Refusal(string Why);
