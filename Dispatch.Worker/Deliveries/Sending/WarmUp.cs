using Dispatch.Worker.Database;
using Dispatch.Worker.Mailing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>The number of messages of the warm-up plan that have been reserved on a day (UTC), over all workers.</summary>
public class SendingDay
{
    public DateOnly Day { get; set; }
    public int Reserved { get; set; }
}

/// <summary>
/// The warm-up plan (<see cref="WarmUpSettings"/>). A run reserves the messages that it is going to send, and gives back the part of the
/// reservation that it did not use. If a run is killed, its reservation is not given back, so the plan is never exceeded.
/// </summary>
public sealed class WarmUp(DispatchDb db, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>The instant at which the next day's messages become available.</summary>
    public DateTimeOffset Tomorrow => new(Today.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero);

    /// <returns>How many of the wanted messages may be sent today. Without a plan, all of them.</returns>
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
            // If another worker has reserved messages in the meantime, no row is updated, and the loop checks again.
            if (granted == 0 || await db.SendingDays.Where(row => row.Day == day && row.Reserved == reserved)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Reserved, reserved + granted), cancel) == 1)
                return granted;
        }
    }

    /// <summary>Gives back the part of a day's reservation that was not used.</summary>
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
            // Another worker has already added this day's row.
        }
        db.ChangeTracker.Clear();
        return 0;
    }
}
