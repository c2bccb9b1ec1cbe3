using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// How many sign-ups there have been in a window that is not over: from one network, in total, or to one address. A row is purged when its
/// window ends.
/// </summary>
public class SignUpTally
{
    /// <summary>
    /// For a network, a keyed hash under a key that changes every day; for an address, one under a key that stays; otherwise a word.
    /// </summary>
    public required byte[] Key { get; set; }
    public DateTimeOffset EndsAt { get; set; }
    public int Count { get; set; }
}

internal static class SignUpTallies
{
    /// <summary>
    /// Adds to a tally, unless it is full; a window that has passed starts over. One statement, the same on both databases, so that no
    /// process counts past the limit, however many there are. False: it was full.
    /// </summary>
    public static async Task<bool> CountAsync(
        this DispatchDb db, byte[] key, int by, int limit, DateTimeOffset now, TimeSpan window, CancellationToken cancel)
    {
        var (at, end) = (db.Stored(now), db.Stored(now + window));
        return await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count") VALUES ({key}, {end}, {by})
            ON CONFLICT ("Key") DO UPDATE SET
                "Count" = CASE WHEN "SignUpTallies"."EndsAt" <= {at} THEN {by} ELSE "SignUpTallies"."Count" + {by} END,
                "EndsAt" = CASE WHEN "SignUpTallies"."EndsAt" <= {at} THEN {end} ELSE "SignUpTallies"."EndsAt" END
            WHERE "SignUpTallies"."EndsAt" <= {at} OR "SignUpTallies"."Count" < {limit}
            """, cancel) == 1;
    }
}
