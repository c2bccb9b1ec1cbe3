using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

/// <summary>
/// The one clock that all workers of a database share, and by which leases expire: PostgreSQL's own. SQLite has one process, and uses that
/// process's clock. A worker whose clock differs by more than <see cref="MostApart"/> does no work, because it judges by its own clock what
/// is due, late or to be retried.
/// </summary>
public class DatabaseClock(DatabaseChoice choice, TimeProvider clock)
{
    public static readonly TimeSpan MostApart = TimeSpan.FromSeconds(5);

    public virtual async Task<DateTimeOffset> NowAsync(DispatchDb db, CancellationToken cancel = default) => choice.IsPostgres
        ? await db.Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"").SingleAsync(cancel)
        : clock.GetUtcNow();

    /// <summary>How far this process's clock is ahead of the database's or, if negative, behind it.</summary>
    public async Task<TimeSpan> AheadAsync(DispatchDb db, CancellationToken cancel = default)
    {
        var before = clock.GetUtcNow();
        var there = await NowAsync(db, cancel);
        var after = clock.GetUtcNow();
        // The query takes time, and may have been answered at any instant of it.
        return there < before ? before - there : there > after ? after - there : TimeSpan.Zero;
    }

    /// <summary>Why this process must not work; null while the clocks agree.</summary>
    public async Task<string?> TroubleAsync(DispatchDb db, CancellationToken cancel = default)
    {
        var ahead = await AheadAsync(db, cancel);
        return ahead.Duration() <= MostApart
            ? null
            : $"The clock of worker {Environment.MachineName} is {ahead.Duration().TotalSeconds:0} s "
                + $"{(ahead > TimeSpan.Zero ? "ahead of" : "behind")} the database's. It sends nothing until both follow NTP.";
    }
}
