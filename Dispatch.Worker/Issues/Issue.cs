namespace Dispatch.Worker.Issues;

/// <summary>
/// One number of a newsletter. Its text may change until it goes out; each change is kept as an <see cref="IssueRevision"/>.
/// Draft or approved, it is scheduled for an instant (a slot's or another); when that comes it is rendered once,
/// fanned out and <em>sending</em>; paused and resumed at will; <em>sent</em> when no delivery is left to do.
/// </summary>
public class Issue
{
    public int Id { get; set; }
    public int NewsletterId { get; set; }

    /// <summary>Its name in the archive's address; unique within the newsletter.</summary>
    public required string Slug { get; set; }
    public required string Subject { get; set; }
    public string Preheader { get; set; } = "";
    public string Byline { get; set; } = "";

    /// <summary>The text, in Markdown.</summary>
    public string Body { get; set; } = "";

    /// <summary>False: it is kept off the archive, and can be read only by the link in its mails (see <see cref="IssueAddresses"/>).</summary>
    public bool Archived { get; set; } = true;
    public IssueState State { get; set; } = IssueState.Draft;

    /// <summary>Counts the saves, from 1: a save made against an older one is refused.</summary>
    public int Revision { get; set; } = 1;

    /// <summary>
    /// Counts the decisions about its going out: one that was made while an older one stood is refused, also where both lead to the same
    /// state, as when it is moved from one slot to another.
    /// </summary>
    public int Decision { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it is to go out; null while that is not decided.</summary>
    public DateTimeOffset? SendAt { get; set; }
    public DateTimeOffset? SendStartedAt { get; set; }
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>What keeps it from going out just now, in words for the desk; null when nothing does.</summary>
    public string? Trouble { get; set; }

    /// <summary>All of it that a correspondent writes.</summary>
    public IssueText Text => new(Subject, Preheader, Byline, Slug, Body) { Archived = Archived };

    public bool MayBeEdited => State is IssueState.Draft or IssueState.Approved or IssueState.Scheduled or IssueState.Held;

    /// <summary>Takes in new text and returns the revision to keep, or why it can't be changed any more.</summary>
    public Refusal? Edit(IssueText text, DateTimeOffset now)
    {
        if (!MayBeEdited)
            return new Refusal($"This issue is {Words(State)}: what has gone out can't be changed.");
        (Subject, Preheader, Byline, Slug, Body, Archived) = (text.Subject, text.Preheader, text.Byline, text.Slug, text.Body, text.Archived);
        Revision++;
        UpdatedAt = now;
        return null;
    }

    public Refusal? Approve() => Move(IssueState.Approved, IssueState.Draft, IssueState.Approved);

    /// <summary>Decides the instant at which it goes out.</summary>
    public Refusal? ScheduleFor(DateTimeOffset sendAt)
    {
        if (Move(IssueState.Scheduled, IssueState.Draft, IssueState.Approved, IssueState.Scheduled, IssueState.Held) is { } refusal)
            return refusal;
        SendAt = sendAt;
        Trouble = null;
        return null;
    }

    public Refusal? Unschedule()
    {
        if (Move(IssueState.Draft, IssueState.Scheduled, IssueState.Held) is { } refusal)
            return refusal;
        SendAt = null;
        Trouble = null;
        return null;
    }

    public Refusal? Hold(string trouble)
    {
        if (Move(IssueState.Held, IssueState.Scheduled) is { } refusal)
            return refusal;
        Trouble = trouble;
        return null;
    }

    public Refusal? StartSending(DateTimeOffset now)
    {
        if (Move(IssueState.Sending, IssueState.Scheduled) is { } refusal)
            return refusal;
        SendStartedAt = now;
        Trouble = null;
        return null;
    }

    public Refusal? Pause() => Move(IssueState.Paused, IssueState.Sending);
    public Refusal? Resume() => Move(IssueState.Sending, IssueState.Paused);
    public Refusal? Cancel() => Move(IssueState.Cancelled, IssueState.Draft, IssueState.Approved, IssueState.Scheduled, IssueState.Held, IssueState.Sending, IssueState.Paused);

    /// <summary>Goes out once more, to whoever hasn't got it.</summary>
    public Refusal? SendToRest()
    {
        if (SendStartedAt is null)
            return new Refusal("This issue has not gone out to anybody yet.");
        if (Move(IssueState.Sending, IssueState.Sent, IssueState.Cancelled) is { } refusal)
            return refusal;
        (SentAt, Trouble) = (null, null);
        return null;
    }

    public Refusal? Finish(DateTimeOffset now)
    {
        if (Move(IssueState.Sent, IssueState.Sending) is { } refusal)
            return refusal;
        SentAt = now;
        Trouble = null;
        return null;
    }

    private Refusal? Move(IssueState to, params ReadOnlySpan<IssueState> from)
    {
        if (!from.Contains(State))
            return new Refusal($"This issue is {Words(State)}; it can't become {Words(to)}.");
        State = to;
        Decision++;
        return null;
    }

    private static string Words(IssueState state) => state switch
    {
        IssueState.Draft => "a draft",
        _ => state.ToString().ToLowerInvariant(),
    };
}

/// <summary>Why something can't be done to an issue as it stands, in words for the person who asked.</summary>
public sealed record Refusal(string Why);
