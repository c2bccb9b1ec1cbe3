using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Scheduling;

/// <summary>A newsletter's slots as people see them: the rule's slots, each with what was decided about it.</summary>
public sealed class Slots(DispatchDb db, TimeProvider clock)
{
    /// <summary>Returns the next slots, with or without an issue.</summary>
    public async Task<IReadOnlyList<SlotView>> UpcomingAsync(Newsletter newsletter, int count, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var rule = RuleOf(newsletter);
        var decided = await DecidedAsync(Rows(newsletter).Where(slot => slot.At > now), newsletter, rule, cancel);
        // An issue keeps its slot when the rule is changed afterwards, so this also lists slots that the rule no longer yields.
        var untouched = rule.Next(now, count).Where(at => decided.All(slot => slot.At != at)).Select(at => Empty(newsletter, rule, at));
        return [.. decided.Concat(untouched).OrderBy(slot => slot.At).Take(count)];
    }

    /// <summary>Returns the latest slots about which something was decided, newest first.</summary>
    public async Task<IReadOnlyList<SlotView>> RecentAsync(Newsletter newsletter, int count, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var rows = Rows(newsletter).Where(slot => slot.At <= now).OrderByDescending(slot => slot.At).Take(count);
        return [.. (await DecidedAsync(rows, newsletter, RuleOf(newsletter), cancel)).OrderByDescending(slot => slot.At)];
    }

    /// <summary>Returns the next slot without an issue, or null if the rule never matches again.</summary>
    public async Task<DateTimeOffset?> NextFreeAsync(Newsletter newsletter, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var taken = await Rows(newsletter).Where(slot => slot.At > now).Select(slot => slot.At).ToListAsync(cancel);
        return RuleOf(newsletter).NextFree(now, taken);
    }

    /// <summary>
    /// Returns the slot on a date, or null if the newsletter has no slot on that day. If the day has several slots, returns the first that
    /// can still be filled or, if none can, the first.
    /// </summary>
    public async Task<SlotView?> OnAsync(Newsletter newsletter, DateOnly date, CancellationToken cancel = default)
    {
        var rule = RuleOf(newsletter);
        DateTimeOffset[] slots = [.. rule.AllOn(date)];
        if (slots.Length == 0)
            return null;
        var (first, last) = (slots[0], slots[^1]);
        var decided = await DecidedAsync(Rows(newsletter).Where(slot => slot.At >= first && slot.At <= last), newsletter, rule, cancel);
        var views = slots.Select(at => decided.FirstOrDefault(slot => slot.At == at) ?? Empty(newsletter, rule, at)).ToArray();
        return views.FirstOrDefault(slot => slot.State is SlotState.Empty && slot.At > clock.GetUtcNow()) ?? views[0];
    }

    /// <summary>Returns the slot at an instant, or null if the newsletter has no slot then.</summary>
    public async Task<SlotView?> AtAsync(Newsletter newsletter, DateTimeOffset at, CancellationToken cancel = default)
    {
        var rule = RuleOf(newsletter);
        var utc = at.ToUniversalTime();
        var decided = await DecidedAsync(Rows(newsletter).Where(slot => slot.At == utc), newsletter, rule, cancel);
        return decided.FirstOrDefault() ?? (rule.Between(utc.AddTicks(-1), utc).Any() ? Empty(newsletter, rule, utc) : null);
    }

    /// <summary>Returns the slot of an issue, or null if the issue has no slot.</summary>
    public Task<DateTimeOffset?> OfIssueAsync(int issueId, CancellationToken cancel) =>
        db.EditionSlots.Where(slot => slot.IssueId == issueId).Select(slot => (DateTimeOffset?)slot.At).SingleOrDefaultAsync(cancel);

    private static SlotRule RuleOf(Newsletter newsletter) => SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone);

    private IQueryable<EditionSlot> Rows(Newsletter newsletter) =>
        db.EditionSlots.AsNoTracking().Where(slot => slot.NewsletterId == newsletter.Id);

    private async Task<List<SlotView>> DecidedAsync(
        IQueryable<EditionSlot> rows, Newsletter newsletter, SlotRule rule, CancellationToken cancel)
    {
        var found = await rows
            .Select(slot => new
            {
                slot.At,
                slot.IssueId,
                Issue = db.Set<Issue>().Where(issue => issue.Id == slot.IssueId)
                    .Select(issue => new { issue.State, issue.SendStartedAt }).FirstOrDefault(),
            })
            .ToListAsync(cancel);
        return [.. found.Select(slot => new SlotView(
            rule.DateOf(slot.At), slot.At, newsletter.TimeZone,
            slot.Issue is null ? SlotState.Skipped : StateOf(slot.Issue.State, slot.Issue.SendStartedAt), slot.IssueId))];
    }

    private static SlotView Empty(Newsletter newsletter, SlotRule rule, DateTimeOffset at) =>
        new(rule.DateOf(at), at, newsletter.TimeZone, SlotState.Empty, null);

    private static SlotState StateOf(IssueState issue, DateTimeOffset? startedAt) => issue switch
    {
        IssueState.Sending or IssueState.Paused => SlotState.Sending,
        IssueState.Sent => SlotState.Sent,
        IssueState.Held => SlotState.Held,
        // An issue cancelled while it was being sent has reached some readers. An issue cancelled before that has reached nobody.
        IssueState.Cancelled => startedAt is null ? SlotState.Skipped : SlotState.Sent,
        _ => SlotState.Scheduled,
    };
}

/// <summary>One slot, as shown to people.</summary>
/// <param name="Date">The slot's day in <paramref name="TimeZone"/>. The day identifies the slot.</param>
/// <param name="At">The slot's instant, in UTC.</param>
/// <param name="TimeZone">The newsletter's time zone.</param>
/// <param name="State">What was decided about the slot.</param>
/// <param name="IssueId">The issue in the slot, or null if there is none.</param>
public sealed record SlotView(DateOnly Date, DateTimeOffset At, string TimeZone, SlotState State, int? IssueId);

public enum SlotState
{
    /// <summary>Nothing was decided about the slot.</summary>
    Empty,
    Scheduled,
    Sending,
    Sent,

    /// <summary>The slot passed without an issue.</summary>
    Skipped,

    /// <summary>The slot's issue waits for a person.</summary>
    Held,
}
