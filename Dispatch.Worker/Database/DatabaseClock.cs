using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>
/// The clock by which leases expire, shared by all workers of a database: the PostgreSQL server's clock or, with SQLite, the clock of the
/// only process. Each worker judges by its own clock what is due, so a worker whose clock differs by more than <see cref="MostApart"/> does
/// no work.
/// </summary>
public class DatabaseClock(DatabaseChoice choice, TimeProvider clock)
{
    public static readonly TimeSpan MostApart = TimeSpan.FromSeconds(5);

    public virtual async Task<DateTimeOffset> NowAsync(DispatchDb db, CancellationToken cancel = default) => choice.IsPostgres
        ? await db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancel)
        : clock.GetUtcNow();

    /// <summary>Returns how far this process's clock is ahead of the database's; negative if it is behind.</summary>
    public async Task<TimeSpan> AheadAsync(DispatchDb db, CancellationToken cancel = default)
    {
        var before = clock.GetUtcNow();
        var there = await NowAsync(db, cancel);
        var after = clock.GetUtcNow();
        // The database may have answered at any instant between the two readings, so a time between them counts as no difference.
        return there < before ? before - there : there > after ? after - there : TimeSpan.Zero;
    }

    /// <summary>Returns why this process must not work, or null while the clocks agree.</summary>
    public async Task<string?> TroubleAsync(DispatchDb db, CancellationToken cancel = default)
    {
        var ahead = await AheadAsync(db, cancel);
        return ahead.Duration() <= MostApart
            ? null
            : $"The clock of worker {Environment.MachineName} is {ahead.Duration().TotalSeconds:0} s "
                + $"{(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the database's. It sends nothing until both follow NTP.";
    }
}
