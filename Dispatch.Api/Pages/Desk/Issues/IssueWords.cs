using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;

namespace Dispatch.Api.Pages.Desk.Issues;

/// <summary>The words and colors in which the desk shows an issue's state.</summary>
public static class IssueWords
{
    public static string Of(IssueState state) => state switch
    {
        IssueState.Held => "held for you",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>Returns the words before an issue's last error.</summary>
    public static string LeadTo(Issue issue) => issue.State switch
    {
        IssueState.Held => "Held:",
        IssueState.Paused => "Paused automatically:",
        _ when issue.MayBeEdited => "From the import:",
        _ => "Stalled:",
    };

    /// <summary>
    /// Returns the number of finished deliveries: accepted, rejected or excluded. Cancelled deliveries are not counted, because sending
    /// stopped before their turn.
    /// </summary>
    public static int Settled(this IssueProgress progress) => progress.Accepted + progress.Rejected + progress.Excluded.Values.Sum();

    /// <summary>Returns the badge's CSS class.</summary>
    public static string Color(IssueState state) => state switch
    {
        IssueState.Scheduled or IssueState.Sending => "busy",
        IssueState.Sent or IssueState.Approved => "good",
        IssueState.Paused => "warn",
        IssueState.Held => "bad",
        _ => "",
    };
}
