using Dispatch.Worker.Database;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// A recurring Hangfire job for each newsletter, by its rule and in its zone: it wakes the sweep at the slot, and the dashboard shows
/// when that is. Called at start, and whenever a newsletter's rule changes.
/// </summary>
public sealed class SlotJobs(DispatchDb db, IRecurringJobManager jobs)
{
    public async Task SyncAsync(CancellationToken cancel)
    {
        foreach (var newsletter in await db.Newsletters.AsNoTracking().ToListAsync(cancel))
            jobs.AddOrUpdate<Sweep>($"slot:{newsletter.Slug}", sweep => sweep.AtSlotAsync(newsletter.Slug, CancellationToken.None), newsletter.Schedule, new RecurringJobOptions
            {
                TimeZone = TimeZoneInfo.FindSystemTimeZoneById(newsletter.TimeZone),
                MisfireHandling = MisfireHandlingMode.Ignorable, // the tables know what was missed
            });
    }
}
