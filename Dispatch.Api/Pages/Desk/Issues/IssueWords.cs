using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>An issue's states in the desk's words and colours.</summary>
public static class IssueWords
{
    public static string Of(IssueState state) => state switch
    {
        IssueState.Held => "held for you",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>For how many of an issue's readers nothing more will happen; whoever it was cancelled for has not received it.</summary>
    public static int Settled(this IssueProgress progress) => progress.Accepted + progress.Rejected + progress.Excluded.Values.Sum();

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
