using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Scheduling;

/// <summary>
/// Reads a mark for each newsletter. As long as the mark is the same, so are the newsletter's public pages, until its next slot passes.
/// </summary>
public sealed class PublicMarks(IDbContextFactory<DispatchDb> databases, CommittedWrites writes, TimeProvider clock)
{
    /// <summary>The tables whose rows determine the marks.</summary>
    public static string[] Tables => ["Newsletters", "Issues", "Editions", "EditionSlots", "Photos", "Corrections"];

    /// <summary>The number of commits of this process so far that may have changed a mark.</summary>
    public long Commits => writes.Count;

    /// <summary>Returns the mark of each newsletter, by slug.</summary>
    public async Task<IReadOnlyDictionary<string, PublicMark>> ReadAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        var newsletters = await db.Newsletters.AsNoTracking().ToListAsync(cancel);
        // Decision and Revision grow with each decision about an issue and each save, so the sums show any change.
        var issues = await db.Issues.Where(issue => issue.SendStartedAt != null).GroupBy(issue => issue.NewsletterId)
            .Select(group => new
            {
                group.Key,
                Count = group.Count(),
                Listed = group.Count(issue => issue.Archived),
                Last = group.Max(issue => issue.Id),
                Decisions = group.Sum(issue => issue.Decision),
                Saves = group.Sum(issue => issue.Revision),
            }).ToDictionaryAsync(group => group.Key, group => group.ToString(), cancel);
        var corrections = await db.Corrections.Join(db.Issues, correction => correction.IssueId, issue => issue.Id,
            (correction, issue) => new { issue.NewsletterId, correction.Id }).GroupBy(row => row.NewsletterId)
            .Select(group => new { group.Key, Count = group.Count(), Sum = group.Sum(row => row.Id) })
            .ToDictionaryAsync(group => group.Key, group => $"{group.Count} {group.Sum}", cancel);
        var slots = await db.EditionSlots.AsNoTracking().Where(slot => slot.At > now)
            .Select(slot => new { slot.NewsletterId, slot.At, slot.IssueId }).ToListAsync(cancel);
        return newsletters.ToDictionary(row => row.Slug, row => Of(
            row, $"{issues.GetValueOrDefault(row.Id)} {corrections.GetValueOrDefault(row.Id)}",
            [.. slots.Where(slot => slot.NewsletterId == row.Id).Select(slot => slot.At)], now));
    }

    private static PublicMark Of(Newsletter newsletter, string? issues, List<DateTimeOffset> decided, DateTimeOffset now)
    {
        var next = decided.Append(NextOf(newsletter, now)).Min();
        var slots = string.Join(' ', decided.Order().Select(at => at.UtcTicks.ToString(CultureInfo.InvariantCulture)));
        return new($"{NewsletterDesk.MarkOf(newsletter)} {issues} {slots} {next.UtcTicks}", next);
    }

    // If this system doesn't know the newsletter's rule, returns the current time, so the newsletter's pages are not cached for long.
    private static DateTimeOffset NextOf(Newsletter newsletter, DateTimeOffset now)
    {
        try
        {
            return SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).Next(now, 1).DefaultIfEmpty(DateTimeOffset.MaxValue).First();
        }
        catch (Exception fault) when (SlotRule.IsUnknown(fault))
        {
            return now;
        }
    }
}

/// <param name="Text">The mark. If it is unchanged, so are the pages.</param>
/// <param name="Until">The instant at which the next slot passes. The pages then name another slot.</param>
public sealed record PublicMark(string Text, DateTimeOffset Until);
