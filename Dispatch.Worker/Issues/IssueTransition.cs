using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using static Dispatch.Worker.Issues.IssueState;

namespace Dispatch.Worker.Issues;

/// <summary>A change of an issue's state. <see cref="All"/> is the complete list of changes, and no other code sets a state.</summary>
public sealed class IssueTransition
{
    public static readonly IssueTransition Approve = new(nameof(Approve), Approved, from: [Draft, Approved]);

    /// <summary>An approved issue's text or pictures changed, or somebody withdrew the approval.</summary>
    public static readonly IssueTransition VoidApproval = new(nameof(VoidApproval), Draft, from: [Approved]);

    /// <summary>Sets or changes the time at which the issue goes out.</summary>
    public static readonly IssueTransition Schedule = new(nameof(Schedule), Scheduled, from: [Draft, Approved, Scheduled, Held]);
    public static readonly IssueTransition Unschedule = new(nameof(Unschedule), Draft, from: [Scheduled, Held]);

    /// <summary>The issue's time came, but it did not go out.</summary>
    public static readonly IssueTransition Hold = new(nameof(Hold), Held, from: [Scheduled]);
    public static readonly IssueTransition Begin = new(nameof(Begin), Sending, from: [Scheduled]);

    /// <summary>A person paused the issue, or a relay refuses our mail until a person acts.</summary>
    public static readonly IssueTransition Pause = new(nameof(Pause), Paused, from: [Sending]);
    public static readonly IssueTransition Resume = new(nameof(Resume), Sending, from: [Paused]);
    public static readonly IssueTransition Finish = new(nameof(Finish), Sent, from: [Sending]);
    public static readonly IssueTransition Cancel =
        new(nameof(Cancel), Cancelled, from: [Draft, Approved, Scheduled, Held, Sending, Paused]);

    /// <summary>Sends the issue to the subscribers who did not receive it the first time.</summary>
    public static readonly IssueTransition SendToRest = new(nameof(SendToRest), Sending, from: [Sent, Cancelled]);

    private readonly IssueState[] from;

    private IssueTransition(string name, IssueState to, IssueState[] from) => (Name, To, this.from) = (name, to, from);

    public static IReadOnlyList<IssueTransition> All { get; } =
        [Approve, VoidApproval, Schedule, Unschedule, Hold, Begin, Pause, Resume, Finish, Cancel, SendToRest];

    public string Name { get; }
    public IssueState To { get; }
    public IReadOnlyList<IssueState> From => from;

    public bool StartsFrom(IssueState state) => from.Contains(state);

    /// <summary>Returns why an issue in this state can't make this transition, in words for a person, or null if it can.</summary>
    public Refusal? RefusalFrom(IssueState state) =>
        StartsFrom(state) ? null : new Refusal($"This issue is {InWords(state)}; it can't become {InWords(To)}.");

    /// <summary>
    /// Makes the transition directly in the database, without loading the issues. Only issues in a state that allows the transition change,
    /// and their decision count increases.
    /// </summary>
    /// <param name="issues">The issues to change.</param>
    /// <param name="also">Sets other columns in the same update.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <returns>The number of issues that changed.</returns>
    public Task<int> ExecuteAsync(IQueryable<Issue> issues, Action<UpdateSettersBuilder<Issue>> also, CancellationToken cancel = default) =>
        issues.Where(issue => from.Contains(issue.State)).ExecuteUpdateAsync(set =>
        {
            set.SetProperty(issue => issue.State, To).SetProperty(issue => issue.Decision, issue => issue.Decision + 1);
            also(set);
        }, cancel);

    internal static string InWords(IssueState state) => state is Draft ? "a draft" : state.ToString().ToLowerInvariant();
}
