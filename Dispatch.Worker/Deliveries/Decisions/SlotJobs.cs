using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// A recurring Hangfire job for each newsletter, by its rule and in its zone: it wakes the sweep at the slot, and the dashboard shows when
/// that is. Called at start, and whenever a newsletter's rule changes. A newsletter whose rule or zone this system does not know is left to
/// the sweep and reported: the others must not wait for it.
/// </summary>
public sealed class SlotJobs(DispatchDb db, IRecurringJobManager jobs, ILogger<SlotJobs> log)
{
    public async Task SyncAsync(CancellationToken cancel)
    {
        foreach (var newsletter in await db.Newsletters.AsNoTracking().ToListAsync(cancel))
            try
            {
                jobs.AddOrUpdate<Sweep>($"slot:{newsletter.Slug}", sweep => sweep.AtSlotAsync(newsletter.Slug, CancellationToken.None),
                    newsletter.Schedule, new RecurringJobOptions
                    {
                        TimeZone = SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).Zone,
                        MisfireHandling = MisfireHandlingMode.Ignorable, // the tables know what was missed
                    });
            }
            catch (Exception fault) when (SlotRule.IsUnknown(fault))
            {
                log.LogError(
                    "Newsletter {Newsletter} has no slots here: {Fault} Update this system's time zones, or change it on the desk.",
                        newsletter.Slug, fault.Message);
            }
    }
}
