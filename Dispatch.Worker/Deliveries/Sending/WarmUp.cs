using Dispatch.Worker.Database;
using Dispatch.Worker.Mailing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>How many mails of the warm-up plan have been handed out on a day (UTC), over all workers.</summary>
public class SendingDay
{
    public DateOnly Day { get; set; }
    public int Reserved { get; set; }
}

/// <summary>
/// The warm-up plan (<see cref="WarmUpSettings"/>). A run reserves what it is going to mail and returns what it did not; what a killed run
/// had reserved stays spent, so that the plan is never exceeded.
/// </summary>
public sealed class WarmUp(DispatchDb db, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>When the next day's mails become available.</summary>
    public DateTimeOffset Tomorrow => new(Today.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    /// <returns>How many of the wanted mails are still available today: all of them if there is no plan.</returns>
    public async Task<int> ReserveAsync(int wanted, CancellationToken cancel)
    {
        var day = Today;
        if (settings.Value.WarmUp.LimitOn(day) is not { } limit || wanted == 0)
            return wanted;
        while (true)
        {
            var reserved = await db.SendingDays.Where(row => row.Day == day).Select(row => (int?)row.Reserved).SingleOrDefaultAsync(cancel)
                ?? await BeginAsync(day, cancel);
            var granted = Math.Clamp(limit - reserved, 0, wanted);
            // Another worker may have reserved in the meantime: then check again.
            if (granted == 0 || await db.SendingDays.Where(row => row.Day == day && row.Reserved == reserved)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Reserved, reserved + granted), cancel) == 1)
                return granted;
        }
    }

    /// <summary>Returns what was reserved on a day and not mailed.</summary>
    public async Task ReturnAsync(DateOnly day, int count)
    {
        if (count > 0 && settings.Value.WarmUp.LimitOn(day) is not null)
            await db.SendingDays.Where(row => row.Day == day)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Reserved, row => row.Reserved - count));
    }

    private async Task<int> BeginAsync(DateOnly day, CancellationToken cancel)
    {
        db.SendingDays.Add(new SendingDay { Day = day });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // Another worker started the day; its row counts.
        }
        db.ChangeTracker.Clear();
        return 0;
    }
}
