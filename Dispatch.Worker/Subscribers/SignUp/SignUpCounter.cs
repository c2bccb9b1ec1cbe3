using System.Data.Common;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Counts the sign-ups of one moment together, in one transaction, so that a tally that all of them need (the total) is locked once for
/// many of them, and briefly. The limits hold across processes: a tally is locked before it is read. Counts survive the death of a process;
/// only a failure of the whole machine may take back those of the last second, which costs a limit some of its precision.
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
            await db.Database.ExecuteSqlRawAsync("PRAGMA synchronous=FULL"); // as everything else on this connection needs it
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

/// <summary>A sign-up that is to be counted.</summary>
/// <param name="Keys">The tallies that it may add to.</param>
/// <param name="Looks">The tallies that it only reads.</param>
/// <param name="Step">Counts it. Runs again if the transaction fails.</param>
internal sealed record SignUpCount(byte[][] Keys, byte[][] Looks, Action<TallySheet> Step);

/// <summary>Some tallies, locked until the transaction ends. The steps of several sign-ups add to them one after the other.</summary>
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

    /// <summary>Writes what was counted, in the caller's transaction.</summary>
    public async Task SaveAsync(DispatchDb db)
    {
        if (changed.Count == 0)
            return;
        await using var command = db is PostgresDispatchDb ? SavingOnPostgres(db) : SavingOnSqlite(db);
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await command.ExecuteNonQueryAsync();
    }

    // Makes the tallies that are missing, as ones whose window has ended, so that there is a row to lock. They are locked in the order of
    // their keys, so that two processes can't wait for each other.
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
