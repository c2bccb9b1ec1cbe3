using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>A count within a time window, of sign-ups or of messages to one address. Its row is purged when the window has ended.</summary>
public class SignUpTally
{
    /// <summary>The hash of what is counted, under a daily key for networks and a permanent key for addresses, or a plain word.</summary>
    public required byte[] Key { get; set; }
    public DateTimeOffset EndsAt { get; set; }
    public int Count { get; set; }
}

internal static class SignUpTallies
{
    /// <summary>
    /// Adds to a tally, or returns false if it is full. If the tally's window has ended, a new window begins. A single statement keeps
    /// concurrent processes from exceeding the limit.
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
