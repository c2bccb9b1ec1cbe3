using System.Text.RegularExpressions;
using Dispatch.Tests.Architecture;
using Dispatch.Tests.Support;
using Dispatch.Worker.Issues;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Tests.Issues;

[TestFixture(Provider.Sqlite), TestFixture(Provider.Postgres, Category = Needs.Postgres)]
public partial class IssueTransitionTests(Provider provider) : DispatchTest(provider)
{
    // The allowed transitions from each state, each with the resulting state.
    private static readonly Dictionary<IssueState, string> Table = new()
    {
        [IssueState.Draft] = "Approve→Approved Schedule→Scheduled Cancel→Cancelled",
        [IssueState.Approved] = "Approve→Approved VoidApproval→Draft Schedule→Scheduled Cancel→Cancelled",
        [IssueState.Scheduled] = "Schedule→Scheduled Unschedule→Draft Hold→Held Begin→Sending Cancel→Cancelled",
        [IssueState.Held] = "Schedule→Scheduled Unschedule→Draft Cancel→Cancelled",
        [IssueState.Sending] = "Pause→Paused Finish→Sent Cancel→Cancelled",
        [IssueState.Paused] = "Resume→Sending Cancel→Cancelled",
        [IssueState.Sent] = "SendToRest→Sending",
        [IssueState.Cancelled] = "SendToRest→Sending",
    };

    private static readonly Dictionary<string, Func<Issue, Refusal?>> Methods = new()
    {
        ["Approve"] = issue => issue.Approve("staff:1", Start),
        ["Schedule"] = issue => issue.ScheduleFor(Start),
        ["Unschedule"] = issue => issue.Unschedule(),
        ["Hold"] = issue => issue.Hold("It was late."),
        ["Begin"] = issue => issue.StartSending(Start),
        ["Pause"] = issue => issue.Pause(),
        ["Resume"] = issue => issue.Resume(),
        ["Cancel"] = issue => issue.Cancel(),
        ["SendToRest"] = issue => issue.SendToRest(Start),
    };

    private static IEnumerable<IssueTransition> Transitions => IssueTransition.All;

    [TestCaseSource(nameof(Transitions))]
    public async Task Each_pair_of_states_is_allowed_or_refused_as_the_table_says(IssueTransition transition)
    {
        foreach (var from in Enum.GetValues<IssueState>())
        {
            var allowed = Allowed(from, transition.Name);
            var refusal = allowed is null ? $"This issue is {Words(from)}; it can't become {Words(transition.To)}." : null;
            Assert.That(transition.RefusalFrom(from)?.Why, Is.EqualTo(refusal), $"{from}");
            if (Methods.TryGetValue(transition.Name, out var method))
            {
                var issue = new Issue { Slug = "a-road", Subject = "A road", State = from, SendStartedAt = Start };
                Assert.That(method(issue)?.Why, Is.EqualTo(refusal), $"{from}, by the issue's own method");
                Assert.That((issue.State, issue.Decision), Is.EqualTo(allowed is { } to ? (to, 1) : (from, 0)), $"{from}");
            }
            var (moved, state, decision) = await InDatabaseAsync(transition, from);
            Assert.That(
                (moved, state, decision), Is.EqualTo(allowed is { } there ? (1, there, 1) : (0, from, 0)), $"{from}, in the database");
        }
    }

    [TestCase("approve", "Approve"), TestCase("unschedule", "Unschedule"), TestCase("pause", "Pause")]
    [TestCase("resume", "Resume"), TestCase("cancel", "Cancel")]
    public async Task The_API_refuses_the_same_with_the_same_words(string call, string name)
    {
        var api = await ApiCaller.With(App);
        foreach (var from in Enum.GetValues<IssueState>())
        {
            var answer = await api.Post($"/issues/{await IssueAsync(from)}/{call}");
            if (Allowed(from, name) is { } to)
                Assert.That(answer.Is(200)["state"].GetString(), Is.EqualTo(to.ToString().ToLowerInvariant()), $"{from}");
            else
                Assert.That(answer.Why(409), Does.StartWith($"This issue is {Words(from)}; it can't become "), $"{from}");
        }
    }

    // Searches the source for updates that set the state without an Issue object, because the compiler can't prevent these.
    [Test]
    public void Nothing_but_the_table_sets_a_state()
    {
        var elsewhere = from project in new[] { "Dispatch.Worker", "Dispatch.Api" }
                        from file in SourceFiles.Of(project)
                        where SetsState().IsMatch(File.ReadAllText(file))
                        select Path.GetFileName(file);
        Assert.That(elsewhere, Is.Empty);
        Assert.That(SetsState().IsMatch("set.SetProperty(issue => issue.State, IssueState.Paused)"));
    }

    private static IssueState? Allowed(IssueState from, string transition) => Table[from].Split(' ')
        .Select(entry => entry.Split('→')).Where(entry => entry[0] == transition)
        .Select(entry => (IssueState?)Enum.Parse<IssueState>(entry[1])).SingleOrDefault();

    private static string Words(IssueState state) => state is IssueState.Draft ? "a draft" : state.ToString().ToLowerInvariant();

    private async Task<(int Moved, IssueState State, int Decision)> InDatabaseAsync(IssueTransition transition, IssueState from)
    {
        var id = await IssueAsync(from);
        await using var db = App.OpenDb();
        var moved = await transition.ExecuteAsync(
            db.Issues.Where(issue => issue.Id == id), set => set.SetProperty(issue => issue.LastError, "told"));
        var issue = await App.Issue(id);
        Assert.That(issue.LastError, moved == 1 ? Is.EqualTo("told") : Is.Null, "what changes with the state changes only with it");
        return (moved, issue.State, issue.Decision);
    }

    private async Task<int> IssueAsync(IssueState state)
    {
        var id = await Given.Draft();
        await using var db = App.OpenDb();
        await db.Issues.Where(issue => issue.Id == id).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.State, state)
            .SetProperty(issue => issue.SendStartedAt, state is IssueState.Sending or IssueState.Paused or IssueState.Sent ? Start : null));
        return id;
    }

    [GeneratedRegex(""""=>\s*\w+\.State\s*,\s*(Issues\.)?IssueState\b|UPDATE\s+"Issues"\s"""")]
    private static partial Regex SetsState();
}
