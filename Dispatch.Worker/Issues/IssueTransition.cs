using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Query;
using static Dispatch.Worker.Issues.IssueState;

namespace Dispatch.Worker.Issues;

/// <summary>
/// One way for an issue to change its state, and <see cref="All"/> of them: the table behind <see cref="Issue"/>'s own methods, the updates
/// made directly in the database and every refusal. Nothing else sets a state.
/// </summary>
public sealed class IssueTransition
{
    public static readonly IssueTransition Approve = new(nameof(Approve), Approved, from: [Draft, Approved]);

    /// <summary>Its text or pictures changed, or somebody withdrew the approval.</summary>
    public static readonly IssueTransition VoidApproval = new(nameof(VoidApproval), Draft, from: [Approved]);

    /// <summary>Sets the time at which it goes out, or changes it.</summary>
    public static readonly IssueTransition Schedule = new(nameof(Schedule), Scheduled, from: [Draft, Approved, Scheduled, Held]);
    public static readonly IssueTransition Unschedule = new(nameof(Unschedule), Draft, from: [Scheduled, Held]);

    /// <summary>Its time came, and it did not go out.</summary>
    public static readonly IssueTransition Hold = new(nameof(Hold), Held, from: [Scheduled]);
    public static readonly IssueTransition Begin = new(nameof(Begin), Sending, from: [Scheduled]);

    /// <summary>By a person, or because a relay refuses us until a person does something about it.</summary>
    public static readonly IssueTransition Pause = new(nameof(Pause), Paused, from: [Sending]);
    public static readonly IssueTransition Resume = new(nameof(Resume), Sending, from: [Paused]);
    public static readonly IssueTransition Finish = new(nameof(Finish), Sent, from: [Sending]);
    public static readonly IssueTransition Cancel =
        new(nameof(Cancel), Cancelled, from: [Draft, Approved, Scheduled, Held, Sending, Paused]);

    /// <summary>To whoever did not get it when it first went out.</summary>
    public static readonly IssueTransition SendToRest = new(nameof(SendToRest), Sending, from: [Sent, Cancelled]);

    private readonly IssueState[] from;

    private IssueTransition(string name, IssueState to, IssueState[] from) => (Name, To, this.from) = (name, to, from);

    public static IReadOnlyList<IssueTransition> All { get; } =
        [Approve, VoidApproval, Schedule, Unschedule, Hold, Begin, Pause, Resume, Finish, Cancel, SendToRest];

    public string Name { get; }
    public IssueState To { get; }
    public IReadOnlyList<IssueState> From => from;

    public bool StartsFrom(IssueState state) => from.Contains(state);

    /// <summary>Why an issue in this state can't make this transition, in words for whoever asked; null when it can.</summary>
    public Refusal? RefusalFrom(IssueState state) =>
        StartsFrom(state) ? null : new Refusal($"This issue is {InWords(state)}; it can't become {InWords(To)}.");

    /// <summary>
    /// The same in the database, for what must not wait for an issue to be read: those of <paramref name="issues"/> that are in a state it
    /// starts from move, which counts as a decision; the others stay as they are.
    /// </summary>
    /// <param name="issues">Which issues.</param>
    /// <param name="also">What else changes with the state.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>How many moved.</returns>
    public Task<int> ExecuteAsync(IQueryable<Issue> issues, Action<UpdateSettersBuilder<Issue>> also, CancellationToken cancel = default) =>
        issues.Where(issue => from.Contains(issue.State)).ExecuteUpdateAsync(set =>
        {
            set.SetProperty(issue => issue.State, To).SetProperty(issue => issue.Decision, issue => issue.Decision + 1);
            also(set);
        }, cancel);

    internal static string InWords(IssueState state) => state is Draft ? "a draft" : state.ToString().ToLowerInvariant();
}
