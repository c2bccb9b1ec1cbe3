using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Records;

namespace Dispatch.Api.Pages.Desk.Board;

/// <summary>
/// A newsletter's board on the desk's first page, with issues that go out next, need attention, are being written or have gone out.
/// </summary>
public sealed record DeskBoard(Newsletter Newsletter, IReadOnlyList<Departure> Next, IReadOnlyList<Issue> Held,
    IReadOnlyList<Issue> Writing, IReadOnlyList<OutIssue> Sending, IReadOnlyList<OutIssue> Sent, int Readers)
{
    /// <summary>The next departure that has an issue, or null if there is none.</summary>
    public Departure? First => Next.FirstOrDefault(departure => departure.Issue is not null);
}

/// <summary>An instant at which an issue goes out or could go out: a slot, or the time set for an issue.</summary>
/// <param name="At">The instant.</param>
/// <param name="Slot">The slot, or null for an issue with its own time.</param>
/// <param name="Issue">The issue, or null if the slot is empty.</param>
public sealed record Departure(DateTimeOffset At, SlotView? Slot, Issue? Issue);

/// <summary>An issue that is going out or has gone out, with its delivery totals.</summary>
public sealed record OutIssue(Issue Issue, IssueProgress Progress);

/// <summary>Gathers the data for the board of each newsletter.</summary>
public sealed class DeskBoards(NewsletterDirectory newsletters, SavedIssues saved, Slots slots, DeliveryLedger ledger, ReaderCounts readers)
{
    private const int SlotsShown = 4;
    private const int SentShown = 5;

    public async Task<IReadOnlyList<DeskBoard>> AllAsync(CancellationToken cancel)
    {
        var boards = new List<DeskBoard>();
        foreach (var newsletter in await newsletters.AllAsync(cancel))
            boards.Add(await OfAsync(newsletter, cancel));
        return boards;
    }

    private async Task<DeskBoard> OfAsync(Newsletter newsletter, CancellationToken cancel)
    {
        var issues = await saved.OpenAsync(newsletter.Id, cancel);
        var sent = await saved.LastOutAsync(newsletter.Id, SentShown, cancel);
        return new DeskBoard(
            newsletter,
            await NextAsync(newsletter, issues, cancel),
            [.. issues.Where(issue => issue.State is IssueState.Held)],
            [.. issues.Where(issue => issue.State is IssueState.Draft or IssueState.Approved)],
            await WithSumsAsync(issues.Where(issue => issue.State is IssueState.Sending or IssueState.Paused), cancel),
            await WithSumsAsync(sent, cancel),
            await readers.OfAsync(newsletter.Id, cancel));
    }

    private async Task<IReadOnlyList<Departure>> NextAsync(Newsletter newsletter, IReadOnlyList<Issue> issues, CancellationToken cancel)
    {
        var upcoming = await slots.UpcomingAsync(newsletter, SlotsShown, cancel);
        var inSlots = upcoming.Select(slot => slot.IssueId).OfType<int>().ToHashSet();
        var others = issues.Where(issue => issue.State is IssueState.Scheduled && !inSlots.Contains(issue.Id))
            .Select(issue => new Departure(issue.SendAt!.Value, null, issue));
        return [.. upcoming.Select(slot => new Departure(slot.At, slot, issues.FirstOrDefault(issue => issue.Id == slot.IssueId)))
            .Concat(others).OrderBy(departure => departure.At)];
    }

    private async Task<IReadOnlyList<OutIssue>> WithSumsAsync(IEnumerable<Issue> issues, CancellationToken cancel)
    {
        var found = new List<OutIssue>();
        foreach (var issue in issues)
            found.Add(new OutIssue(issue, await ledger.ProgressAsync(issue, cancel)));
        return found;
    }
}
