using System.Data.Common;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Counts simultaneous sign-ups in one transaction, so the tally of the total is locked only once and briefly. A tally is locked before it
/// is read, so the limits hold across processes. A failure of the whole machine may lose the counts of the last second.
/// </summary>
public sealed class SignUpCounter
{
    private const int LargestGroup = 64;

    private readonly IDbContextFactory<DispatchDb> databases;
    private readonly GroupWriter<SignUpCount> counts;

    public SignUpCounter(IDbContextFactory<DispatchDb> databases)
    {
        this.databases = databases;
        counts = new(WriteAsync, LargestGroup);
    }

    /// <summary>Counts a sign-up. The count is stored when the task completes.</summary>
    internal Task CountAsync(SignUpCount count) => counts.WriteAsync(count);

    private async Task WriteAsync(IReadOnlyList<SignUpCount> group)
    {
        await using var db = databases.CreateDbContext();
        await db.Database.OpenConnectionAsync();
        if (db is not SqliteDispatchDb)
        {
            await WriteAsync(db, group);
            return;
        }
        await db.Database.ExecuteSqlRawAsync("PRAGMA synchronous=NORMAL");
        try
        {
            await WriteAsync(db, group);
        }
        finally
        {
            await db.Database.ExecuteSqlRawAsync("PRAGMA synchronous=FULL"); // the setting that all other code expects
        }
    }

    private static async Task WriteAsync(DispatchDb db, IReadOnlyList<SignUpCount> group)
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var tallies = await TallySheet.LockAsync(
            db, [.. group.SelectMany(count => count.Keys)], [.. group.SelectMany(count => count.Looks)]);
        foreach (var count in group)
            count.Step(tallies);
        await tallies.SaveAsync(db);
        await transaction.CommitAsync();
    }
}

/// <summary>A sign-up to be counted.</summary>
/// <param name="Keys">The tallies to which it may add.</param>
/// <param name="Looks">The tallies that it only reads.</param>
/// <param name="Step">Counts the sign-up. Runs again if the transaction fails.</param>
internal sealed record SignUpCount(byte[][] Keys, byte[][] Looks, Action<TallySheet> Step);

/// <summary>Tallies that are locked until the transaction ends. Several sign-ups add to them one after the other.</summary>
internal sealed class TallySheet
{
    private readonly Dictionary<string, SignUpTally> rows = [];
    private readonly HashSet<SignUpTally> changed = [];

    /// <summary>Locks and reads tallies in the caller's transaction.</summary>
    /// <param name="db">The database, with an open connection and a transaction.</param>
    /// <param name="keys">The tallies to lock.</param>
    /// <param name="looks">Tallies to read without a lock.</param>
    public static async Task<TallySheet> LockAsync(DispatchDb db, IReadOnlyList<byte[]> keys, IReadOnlyList<byte[]> looks)
    {
        var sheet = new TallySheet();
        foreach (var key in keys.Concat(looks))
            sheet.rows[Convert.ToHexString(key)] = new SignUpTally { Key = key };
        await using var command = db is PostgresDispatchDb ? OnPostgres(db, keys, looks) : OnSqlite(db, sheet.rows.Values);
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await using var reader = await command.ExecuteReaderAsync();
        do
        {
            while (await reader.ReadAsync())
            {
                var row = sheet.rows[Convert.ToHexString(reader.GetFieldValue<byte[]>(0))];
                row.EndsAt = new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc));
                row.Count = reader.GetInt32(2);
            }
        }
        while (await reader.NextResultAsync());
        return sheet;
    }

    /// <summary>
    /// Adds to a tally unless it is full. If its window has ended, a new window begins. Returns false if the tally was full.
    /// </summary>
    public bool Count(byte[] key, int by, int limit, DateTimeOffset now, TimeSpan window)
    {
        var row = rows[Convert.ToHexString(key)];
        if (row.EndsAt <= now)
            (row.EndsAt, row.Count) = (now + window, by);
        else if (row.Count < limit)
            row.Count += by;
        else
            return false;
        changed.Add(row);
        return true;
    }

    public int CountOf(byte[] key) => rows[Convert.ToHexString(key)].Count;

    public DateTimeOffset EndOf(byte[] key) => rows[Convert.ToHexString(key)].EndsAt;

    /// <summary>Writes the counts in the caller's transaction.</summary>
    public async Task SaveAsync(DispatchDb db)
    {
        if (changed.Count == 0)
            return;
        await using var command = db is PostgresDispatchDb ? SavingOnPostgres(db) : SavingOnSqlite(db);
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await command.ExecuteNonQueryAsync();
    }

    // Creates missing tallies as expired ones, so that there are rows to lock. Rows are locked in the order of their keys, so two processes
    // can't wait for each other.
    private static DbCommand OnPostgres(DispatchDb db, IReadOnlyList<byte[]> keys, IReadOnlyList<byte[]> looks) => db.Command(
        """
        SET LOCAL synchronous_commit = off;
        INSERT INTO "SignUpTallies" AS t ("Key", "EndsAt", "Count")
        SELECT DISTINCT k, @never, 0 FROM unnest(@keys) AS k ORDER BY k
        ON CONFLICT ("Key") DO UPDATE SET "Count" = t."Count" RETURNING "Key", "EndsAt", "Count";
        SELECT "Key", "EndsAt", "Count" FROM "SignUpTallies" WHERE "Key" = ANY(@looks)
        """, ("keys", keys.ToArray()), ("looks", looks.ToArray()), ("never", DateTimeOffset.UnixEpoch));

    private static DbCommand OnSqlite(DispatchDb db, Dictionary<string, SignUpTally>.ValueCollection rows) => db.Command(
        $"""
        SELECT "Key", "EndsAt", "Count" FROM "SignUpTallies"
        WHERE "Key" IN ({string.Join(", ", Enumerable.Range(0, rows.Count).Select(index => $"@k{index}"))})
        """, [.. rows.Select((row, index) => ($"k{index}", (object)row.Key))]);

    private DbCommand SavingOnPostgres(DispatchDb db) => db.Command(
        """
        UPDATE "SignUpTallies" AS t SET "EndsAt" = v.e, "Count" = v.c FROM unnest(@keys, @ends, @counts) AS v(k, e, c) WHERE t."Key" = v.k
        """,
        ("keys", changed.Select(row => row.Key).ToArray()), ("ends", changed.Select(row => row.EndsAt.ToUniversalTime()).ToArray()),
        ("counts", changed.Select(row => row.Count).ToArray()));

    private DbCommand SavingOnSqlite(DispatchDb db) => db.Command(
        $"""
        INSERT INTO "SignUpTallies" ("Key", "EndsAt", "Count")
        VALUES {string.Join(", ", Enumerable.Range(0, changed.Count).Select(index => $"(@k{index}, @e{index}, @c{index})"))}
        ON CONFLICT ("Key") DO UPDATE SET "EndsAt" = excluded."EndsAt", "Count" = excluded."Count"
        """,
        [.. changed.SelectMany((row, index) => new[]
        {
            ($"k{index}", (object)row.Key), ($"e{index}", db.Stored(row.EndsAt)), ($"c{index}", row.Count),
        })]);
}
