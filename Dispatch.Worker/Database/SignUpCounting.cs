using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Database;

internal static class SignUpCounting
{
    /// <summary>
    /// Adds to a tally, unless it is full; a window that has passed begins anew. One statement, the same on both databases, so that
    /// of any number of processes none counts past the limit. False: it was full.
    /// </summary>
    public static async Task<bool> CountAsync(this DispatchDb db, byte[] key, int by, int limit, DateTimeOffset now, TimeSpan window, CancellationToken cancel)
    {
        var (at, passed) = (db.Stored(now), db.Stored(now - window));
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "SignUpTallies" ("Key", "StartedAt", "Count") VALUES ({key}, {at}, {by})
            ON CONFLICT ("Key") DO UPDATE SET
                "Count" = CASE WHEN "SignUpTallies"."StartedAt" <= {passed} THEN {by} ELSE "SignUpTallies"."Count" + {by} END,
                "StartedAt" = CASE WHEN "SignUpTallies"."StartedAt" <= {passed} THEN {at} ELSE "SignUpTallies"."StartedAt" END
            WHERE "SignUpTallies"."StartedAt" <= {passed} OR "SignUpTallies"."Count" < {limit}
            """, cancel) == 1;
    }
}
