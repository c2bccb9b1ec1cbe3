using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp.Writing;

/// <summary>Counts sign-ups on PostgreSQL.</summary>
internal static class PostgresTallies
{
    /// <summary>Counts a group of sign-ups in one transaction.</summary>
    public static async Task CountAsync(IDbContextFactory<DispatchDb> databases, IReadOnlyList<SignUpCount> group)
    {
        await using var db = databases.CreateDbContext();
        await db.Database.OpenConnectionAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        var tallies = await LockAsync(db, [.. group.SelectMany(count => count.Keys)], [.. group.SelectMany(count => count.Looks)]);
        foreach (var count in group)
            count.Step(tallies);
        if (tallies.Changed.Count > 0)
            await SaveAsync(db, tallies.Changed);
        await transaction.CommitAsync();
    }

    // Creates missing tallies as expired ones, so that there are rows to lock. Rows are locked in the order of their keys, so two processes
    // can't wait for each other.
    private static async Task<TallySheet> LockAsync(DispatchDb db, byte[][] keys, byte[][] looks)
    {
        var sheet = new TallySheet(keys.Concat(looks));
        await using var command = db.Command(
            $"""
            {ReadByKeys.InTransaction} SET LOCAL synchronous_commit = off;
            INSERT INTO "SignUpTallies" AS t ("Key", "EndsAt", "Count")
            SELECT DISTINCT k, @never, 0 FROM unnest(@keys) AS k ORDER BY k
            ON CONFLICT ("Key") DO UPDATE SET "Count" = t."Count" RETURNING "Key", "EndsAt", "Count";
            SELECT "Key", "EndsAt", "Count" FROM "SignUpTallies" WHERE "Key" = ANY(@looks)
            """, ("keys", keys), ("looks", looks), ("never", DateTimeOffset.UnixEpoch));
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
                sheet.Add(reader.GetFieldValue<byte[]>(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetInt32(2));
        }
        while (await reader.NextResultAsync());
        return sheet;
    }

    private static async Task SaveAsync(DispatchDb db, IReadOnlyCollection<SignUpTally> changed)
    {
        await using var command = db.Command(
            """
            UPDATE "SignUpTallies" AS t SET "EndsAt" = v.e, "Count" = v.c FROM unnest(@keys, @ends, @counts) AS v(k, e, c)
            WHERE t."Key" = v.k
            """,
            ("keys", changed.Select(row => row.Key).ToArray()), ("ends", changed.Select(row => row.EndsAt.ToUniversalTime()).ToArray()),
            ("counts", changed.Select(row => row.Count).ToArray()));
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await command.ExecuteNonQueryAsync();
    }
}
