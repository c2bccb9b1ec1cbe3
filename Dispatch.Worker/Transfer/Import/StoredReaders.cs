using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Import.Staging;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>What the database knows about a reader in a chunk. The entities aren't tracked.</summary>
internal sealed class StoredReader
{
    public Subscriber? Subscriber { get; set; }
    public List<Subscription> Subscriptions { get; } = [];
    public Suppression? Suppression { get; set; }

    /// <summary>Whether the reader has a sign-up that still waits for confirmation.</summary>
    public bool IsAsked { get; set; }
}

/// <summary>
/// Finds the readers of a chunk that the database already knows, by their hashes. In a first import most readers are new, so it first finds
/// out who is known at all, with one index lookup each, and then reads everything about those.
/// </summary>
internal static class StoredReaders
{
    // Both statements look up each hash in an index, whatever the planner would prefer: while the tables are being filled, its statistics
    // describe empty tables.
    private const string KnownToSqlite = """
        SELECT 1 FROM "Subscribers" WHERE "AddressHash" = ?1
        UNION ALL SELECT 1 FROM "Suppressions" WHERE "AddressHash" = ?1
        """;

    private const string KnownToPostgres = """
        SELECT wanted.hash FROM unnest(@hashes) AS wanted(hash)
        WHERE (SELECT TRUE FROM "Subscribers" s WHERE s."AddressHash" = wanted.hash LIMIT 1)
          OR (SELECT TRUE FROM "Suppressions" s WHERE s."AddressHash" = wanted.hash LIMIT 1)
        """;

    // SQLite finds a statement's parameters by a linear search for their names, so a list has to be short.
    private const int AtOnceInSqlite = 100;
    private const int AtOnceInPostgres = 1000;

    /// <summary>Returns the readers that the database knows, either as readers or as suppressed addresses, by hash.</summary>
    /// <param name="db">The database, with an open connection.</param>
    /// <param name="readers">The readers, ordered by hash.</param>
    /// <param name="locked">Whether to lock them until the transaction ends.</param>
    /// <param name="cancel">Cancels the search.</param>
    public static async Task<Dictionary<byte[], StoredReader>> FindAsync(
        DispatchDb db, List<StagedReader> readers, bool locked, CancellationToken cancel)
    {
        var stored = new Dictionary<byte[], StoredReader>(HashComparer.Instance);
        var known = db is PostgresDispatchDb ? await KnownToPostgresAsync(db, readers, cancel) : KnownIn(db, readers);
        foreach (var group in known.Chunk(db is PostgresDispatchDb ? AtOnceInPostgres : AtOnceInSqlite))
            await AddAsync(db, group, locked, stored, cancel);
        return stored;
    }

    private static List<byte[]> KnownIn(DispatchDb db, List<StagedReader> readers)
    {
        using var isKnown = new SqliteStatement((SqliteConnection)db.Database.GetDbConnection(), KnownToSqlite);
        var known = new List<byte[]>();
        foreach (var reader in readers)
        {
            isKnown.Bind(1, reader.Hash);
            if (isKnown.Any())
                known.Add(reader.Hash);
        }
        return known;
    }

    private static async Task<List<byte[]>> KnownToPostgresAsync(DispatchDb db, List<StagedReader> readers, CancellationToken cancel)
    {
        await using var command = db.Command(KnownToPostgres, ("hashes", readers.Select(reader => reader.Hash).ToArray()));
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var known = new List<byte[]>();
        await using var rows = await command.ExecuteReaderAsync(cancel);
        while (await rows.ReadAsync(cancel))
            known.Add(rows.GetFieldValue<byte[]>(0));
        known.Sort((one, other) => one.AsSpan().SequenceCompareTo(other));
        return known;
    }

    private static async Task AddAsync(
        DispatchDb db, byte[][] hashes, bool locked, Dictionary<byte[], StoredReader> stored, CancellationToken cancel)
    {
        if (locked)
            await LockAsync(db, hashes, cancel);
        foreach (var suppression in await db.Suppressions.AsNoTracking().Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel))
            Of(suppression.AddressHash).Suppression = suppression;
        var byId = new Dictionary<long, StoredReader>(hashes.Length);
        foreach (var subscriber in await db.Subscribers.AsNoTracking().Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel))
            (byId[subscriber.Id] = Of(subscriber.AddressHash)).Subscriber = subscriber;
        if (byId.Count == 0)
            return;
        var ids = byId.Keys.ToArray();
        foreach (var subscription in await db.Subscriptions.AsNoTracking().Where(s => ids.Contains(s.SubscriberId)).ToListAsync(cancel))
            byId[subscription.SubscriberId].Subscriptions.Add(subscription);
        foreach (var id in await db.Confirmations.Where(c => ids.Contains(c.SubscriberId) && c.UsedAt == null)
            .Select(c => c.SubscriberId).Distinct().ToListAsync(cancel))
            byId[id].IsAsked = true;

        StoredReader Of(byte[] hash)
        {
            if (!stored.TryGetValue(hash, out var reader))
                stored[hash] = reader = new();
            return reader;
        }
    }

    // An unsubscription, erasure or sign-up of the same reader has to wait until the chunk is written. SQLite has a single writer anyway.
    private static async Task LockAsync(DispatchDb db, byte[][] hashes, CancellationToken cancel)
    {
        if (db is not PostgresDispatchDb)
            return;
        await using var command = db.Command(
            """
            SELECT 1 FROM "Subscribers" WHERE "AddressHash" = ANY(@hashes) ORDER BY "AddressHash" FOR NO KEY UPDATE
            """, ("hashes", hashes));
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        await command.ExecuteNonQueryAsync(cancel);
    }

    // The hash is practically random, so any four of its bytes serve as a hash code.
    private sealed class HashComparer : IEqualityComparer<byte[]>
    {
        public static readonly HashComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length < sizeof(int) ? 0 : BitConverter.ToInt32(obj, obj.Length - sizeof(int));
    }
}
