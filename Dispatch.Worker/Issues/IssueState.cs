namespace Dispatch.Worker.Issues;

/// <summary>The stages of an issue, from being written to having gone out.</summary>
public enum IssueState
{
    Draft,
    Approved,
    Scheduled,
    Sending,
    Paused,
    Sent,
    Cancelled,

    /// <summary>Its time came but it did not go out automatically (too late, or it could not be rendered): a person decides.</summary>
    Held,
}
