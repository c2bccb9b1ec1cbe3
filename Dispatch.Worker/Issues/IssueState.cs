namespace Dispatch.Worker.Issues;

/// <summary>Where an issue stands between being written and having gone out.</summary>
public enum IssueState
{
    Draft,
    Approved,
    Scheduled,
    Sending,
    Paused,
    Sent,
    Cancelled,

    /// <summary>Its time came but it did not go out by itself (too late, or it could not be rendered): a person decides.</summary>
    Held,
}
