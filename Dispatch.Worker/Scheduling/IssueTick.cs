using System.Globalization;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Scheduling;

/// <summary>
/// Compares slots and issues with the clock. Slots that passed without an issue are recorded as skipped, and issues whose time has come are
/// due. An issue that is late by more than <see cref="ScheduleSettings.LateBy"/> is held for a person.
/// </summary>
public sealed class IssueTick(DispatchDb db, TimeProvider clock, IOptions<ScheduleSettings> settings, ILogger<IssueTick> log)
{
    private const int AtOnce = 1000; // slots per tick; the next tick continues from there

    /// <summary>
    /// If slots further in the future than this are recorded as passed, a worker's clock was fast. Smaller differences between workers'
    /// clocks are normal (see <see cref="DatabaseClock"/>).
    /// </summary>
    private static readonly TimeSpan ClockWasAhead = TimeSpan.FromMinutes(5);

    /// <returns>The issues that are due now.</returns>
    public async Task<IReadOnlyList<int>> DueAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        foreach (var newsletter in await db.Newsletters.AsNoTracking().ToListAsync(cancel))
            await TrySettleAsync(newsletter, now, cancel);
        await HoldLateAsync(now, cancel);
        return await db.Issues.Where(issue => issue.State == IssueState.Scheduled && issue.SendAt <= now)
            .OrderBy(issue => issue.SendAt).Select(issue => issue.Id).ToListAsync(cancel);
    }

    // A failure with one newsletter must not affect the others.
    private async Task TrySettleAsync(Newsletter newsletter, DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await SettleAsync(newsletter, now, cancel);
        }
        catch (Exception fault) when (SlotRule.IsUnknown(fault) || (fault is DbUpdateException && !TransientErrors.Is(fault)))
        {
            log.LogError("Newsletter {Newsletter}: its slots can't be checked right now: {Fault}", newsletter.Slug,
                fault.GetBaseException().Message);
            db.ChangeTracker.Clear();
        }
    }

    private async Task SettleAsync(Newsletter newsletter, DateTimeOffset now, CancellationToken cancel)
    {
        if (newsletter.SlotsSettledUntil > now + ClockWasAhead)
        {
            await ReopenAsync(newsletter, now, cancel);
            return;
        }
        var passed = SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).Between(newsletter.SlotsSettledUntil, now)
            .Take(AtOnce).ToList();
        if (passed.Count == 0)
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        // If two processes tick at once, only one of them moves SlotsSettledUntil and records the slots; the other updates no row.
        var moved = await db.Newsletters.Where(n => n.Id == newsletter.Id && n.SlotsSettledUntil == newsletter.SlotsSettledUntil)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.SlotsSettledUntil, passed[^1]), cancel);
        if (moved == 0)
            return;
        var taken = await db.EditionSlots.Where(slot => slot.NewsletterId == newsletter.Id && slot.At > newsletter.SlotsSettledUntil
            && slot.At <= now).Select(slot => slot.At).ToListAsync(cancel);
        foreach (var at in passed.Except(taken))
        {
            db.EditionSlots.Add(new EditionSlot { NewsletterId = newsletter.Id, At = at });
            db.Audit.Add(Actor.Worker.Did("slot.skipped", AuditTarget.Newsletter(newsletter.Id), now, $"{at:O} passed without an issue"));
        }
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
    }

    // Makes slots available again that were skipped too early, because a worker's clock was fast and has been corrected.
    private async Task ReopenAsync(Newsletter newsletter, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var moved = await db.Newsletters.Where(n => n.Id == newsletter.Id && n.SlotsSettledUntil == newsletter.SlotsSettledUntil)
            .ExecuteUpdateAsync(set => set.SetProperty(n => n.SlotsSettledUntil, now), cancel);
        if (moved == 0)
            return;
        var skipped = await db.EditionSlots.Where(slot => slot.NewsletterId == newsletter.Id && slot.IssueId == null && slot.At > now)
            .ExecuteDeleteAsync(cancel);
        db.Audit.Add(Actor.Worker.Did("slot.reopened", AuditTarget.Newsletter(newsletter.Id), now,
            $"the clock was ahead, until {newsletter.SlotsSettledUntil:O}: {skipped} skipped slots can be filled again"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        db.ChangeTracker.Clear();
    }

    private async Task HoldLateAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var latest = now - settings.Value.LateBy;
        foreach (var issue in await db.Issues.Where(issue => issue.State == IssueState.Scheduled && issue.SendAt < latest)
            .ToListAsync(cancel))
        {
            var late = now - issue.SendAt!.Value;
            issue.Hold($"Dispatch wasn't running when it was due, {Words(late)} ago. Send it now, choose another slot, or unschedule it.");
            db.Audit.Add(Actor.Worker.Did("issue.held", AuditTarget.Issue(issue.Id), now, $"late by {late:c}"));
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateConcurrencyException)
            {
                // Somebody decided about the issue just now, so the next tick looks at it again. The other late issues are still held in
                // this tick.
                foreach (var entry in db.ChangeTracker.Entries()
                    .Where(entry => entry.State is EntityState.Added || entry.Entity == issue).ToList())
                    entry.State = EntityState.Detached;
            }
        }
        db.ChangeTracker.Clear();
    }

    private static string Words(TimeSpan late) =>
        late.TotalMinutes < 90 ? string.Create(CultureInfo.InvariantCulture, $"{late.TotalMinutes:0} minutes")
            : late.TotalHours < 48 ? string.Create(CultureInfo.InvariantCulture, $"{late.TotalHours:0} hours")
            : string.Create(CultureInfo.InvariantCulture, $"{late.TotalDays:0} days");
}
