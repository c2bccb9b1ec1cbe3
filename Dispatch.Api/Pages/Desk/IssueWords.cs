using Dispatch.Worker.Issues;

namespace Dispatch.Api.Pages.Desk;

/// <summary>An issue's states in the desk's words and colours.</summary>
public static class IssueWords
{
    public static string Of(IssueState state) => state switch
    {
        IssueState.Held => "held for you",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>The badge's class.</summary>
    public static string Colour(IssueState state) => state switch
    {
        IssueState.Scheduled or IssueState.Sending => "busy",
        IssueState.Sent or IssueState.Approved => "good",
        IssueState.Paused => "warn",
        IssueState.Held => "bad",
        _ => "",
    };
}
