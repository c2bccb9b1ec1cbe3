using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Adds a recurring Hangfire job for each newsletter, which wakes the sweep at each slot. If this system doesn't know a newsletter's rule
/// or time zone, the newsletter gets no job, and its issues wait for the periodic sweep.
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
                        MisfireHandling = MisfireHandlingMode.Ignorable, // no make-up runs: the sweep finds missed slots in the tables
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
