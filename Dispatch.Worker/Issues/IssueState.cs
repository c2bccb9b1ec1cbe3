namespace Dispatch.Worker.Issues;

/// <summary>The stages of an issue, from draft to sent or cancelled.</summary>
public enum IssueState
{
    Draft,
    Approved,
    Scheduled,
    Sending,
    Paused,
    Sent,
    Cancelled,

    /// <summary>The issue did not go out at its time, because it was too late or could not be rendered. A person must decide.</summary>
    Held,
}
