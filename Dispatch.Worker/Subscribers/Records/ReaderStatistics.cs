using System.Data.Common;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>Counts readers by newsletter, state and language, and their growth. It says nothing of any single reader.</summary>
public sealed class ReaderStatistics(DispatchDb db, ReaderCounts counts, TimeProvider clock)
{
    /// <summary>The number of weeks of growth.</summary>
    public const int Weeks = 26;

    public async Task<ReaderFigures> CountAsync(CancellationToken cancel)
    {
        var states = await db.Subscriptions.GroupBy(s => new { s.NewsletterId, s.State })
            .Select(group => new { group.Key.NewsletterId, group.Key.State, Count = group.Count() }).ToListAsync(cancel);
        var byNewsletter = new List<NewsletterFigures>();
        foreach (var newsletter in await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel))
            byNewsletter.Add(new(newsletter, Count(newsletter.Id, SubscriptionState.Confirmed),
                Count(newsletter.Id, SubscriptionState.Pending), Count(newsletter.Id, SubscriptionState.Unsubscribed),
                await counts.OfAsync(newsletter.Id, cancel)));
        var languages = await db.Subscribers.Where(s => db.Set<Subscription>()
                .Any(x => x.SubscriberId == s.Id && x.State == SubscriptionState.Confirmed))
            .GroupBy(s => s.Language).Select(group => new { Language = group.Key, Count = group.Count() }).ToListAsync(cancel);
        return new(byNewsletter,
            [.. languages.OrderByDescending(language => language.Count).Select(language => (language.Language, language.Count))],
            await db.Subscribers.CountAsync(cancel), await GrowthAsync(cancel));

        int Count(int newsletter, SubscriptionState state) =>
            states.Find(one => one.NewsletterId == newsletter && one.State == state)?.Count ?? 0;
    }

    // Subscriptions that are confirmed now, by the week in which they were. What was before the first week is its start.
    private async Task<IReadOnlyList<WeekFigures>> GrowthAsync(CancellationToken cancel)
    {
        var today = RoundedInstants.DayOf(clock.GetUtcNow());
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        var from = monday.AddDays(-7 * (Weeks - 1));
        var total = await db.Subscriptions.CountAsync(
            s => s.State == SubscriptionState.Confirmed && (s.ConfirmedAt == null || s.ConfirmedAt < from), cancel);
        var added = new int[Weeks];
        await using var command = db.Command(
            $"""
            SELECT {db.DayOf("\"ConfirmedAt\"")}, COUNT(*) FROM "Subscriptions"
            WHERE "State" = 'Confirmed' AND "ConfirmedAt" >= @from GROUP BY 1
            """, ("from", db.Stored(from)));
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using DbDataReader rows = await command.ExecuteReaderAsync(cancel);
            while (await rows.ReadAsync(cancel))
            {
                var day = new DateTimeOffset(DateTime.SpecifyKind(rows.GetDateTime(0), DateTimeKind.Utc));
                added[Math.Clamp((int)((day - from).TotalDays / 7), 0, Weeks - 1)] += (int)rows.GetInt64(1);
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
        return [.. added.Select((count, week) => new WeekFigures(from.AddDays(7 * week), count, total += count))];
    }
}

/// <summary>How many readers there are.</summary>
/// <param name="Newsletters">By newsletter and state.</param>
/// <param name="Languages">Confirmed readers by the language they chose, null for none, the largest number first.</param>
/// <param name="Readers">All readers that are stored, in whatever state.</param>
/// <param name="Growth">The last weeks, oldest first.</param>
public sealed record ReaderFigures(IReadOnlyList<NewsletterFigures> Newsletters, IReadOnlyList<(string? Language, int Count)> Languages,
    int Readers, IReadOnlyList<WeekFigures> Growth);

/// <summary>A newsletter's readers by state, and those who would get an issue now.</summary>
public sealed record NewsletterFigures(Newsletter Newsletter, int Confirmed, int Pending, int Unsubscribed, int Mailed);

/// <summary>Readers confirmed in a week, which begins on a Monday (UTC), and in all by its end.</summary>
public sealed record WeekFigures(DateTimeOffset Monday, int Added, int Total);
