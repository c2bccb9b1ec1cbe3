using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using static Npgsql.PostgresErrorCodes;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// Takes in a chunk in one transaction: its readers, its counts, and the mark that it is done. A run that is killed leaves the chunk as it
/// was. Of two runs of one chunk the second waits for the first, and then finds it done.
/// </summary>
public sealed class ImportChunks(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, ConfirmationTokens tokens, WakeReaderMailing wake, TimeProvider clock)
{
    private const int Tries = 5;

    // SQLite takes 32,766 parameters. A list of this length is planned once and used again.
    private const int HashesAtOnce = 500;

    /// <summary>Takes in a chunk. Returns false if it is done already, or gone.</summary>
    public async Task<bool> TakeInAsync(int importId, int number, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
            try
            {
                return await TakeInOnceAsync(importId, number, cancel);
            }
            catch (Exception fault) when (tries < Tries && IsOvertaken(fault))
            {
                // A reader signed up while the chunk was written. The next try finds the reader.
            }
    }

    // Sign-ups write several readers at once, in an order of their own, so PostgreSQL may have to end one of two transactions.
    private static bool IsOvertaken(Exception fault) => fault is OvertakenException or DbUpdateException
        || (fault.GetBaseException() as Npgsql.PostgresException)?.SqlState is DeadlockDetected or UniqueViolation;

    /// <summary>Finds out what a chunk would change, and changes nothing.</summary>
    internal async Task<ImportCounts> PreviewAsync(
        ReaderImport import, int number, Action<string, StagedReader> shows, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var plan = Plan(import, shows);
        await PlanAsync(db, plan, await StagedAsync(db, import.Id, number, cancel), locked: false, cancel);
        return plan.Counts;
    }

    private async Task<bool> TakeInOnceAsync(int importId, int number, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await db.ReaderImports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == importId, cancel) is not { } import)
            return false;
        var staged = await StagedAsync(db, importId, number, cancel);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var chunk = db.ReaderImportChunks.Where(c => c.ImportId == importId && c.Number == number && !c.Done);
        if (await chunk.ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, true), cancel) == 0)
            return false;
        var plan = Plan(import, null);
        await PlanAsync(db, plan, staged, locked: true, cancel);
        await WriteAsync(db, plan, cancel);
        var counts = plan.Counts.ToJson();
        await db.ReaderImportChunks.Where(c => c.ImportId == importId && c.Number == number)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Counts, counts), cancel);
        await db.ReaderImportPieces.Where(p => p.ImportId == importId && p.Chunk == number).ExecuteDeleteAsync(cancel);
        await transaction.CommitAsync(cancel);
        if (plan.ToAsk.Count > 0)
            await wake();
        return true;
    }

    private ChunkPlan Plan(ReaderImport import, Action<string, StagedReader>? shows) =>
        new(ring, ImportChoices.FromJson(import.Choices).SendConfirmations, new Actor(import.Actor), clock.GetUtcNow()) { Shows = shows };

    // The rows of a chunk in the order of their hashes, each reader once.
    private async Task<List<StagedReader>> StagedAsync(DispatchDb db, int importId, int number, CancellationToken cancel)
    {
        var readers = new List<StagedReader>();
        await foreach (var piece in db.ReaderImportPieces.AsNoTracking().Where(p => p.ImportId == importId && p.Chunk == number)
            .OrderBy(p => p.Number).AsAsyncEnumerable().WithCancellation(cancel))
            readers.AddRange(StagedReader.ReadAll(ring.OpenBytes(piece.Sealed, ReaderImportPiece.Purpose)));
        readers.Sort((one, other) => one.Hash.AsSpan().SequenceCompareTo(other.Hash) is not 0 and var order ? order
            : one.Order.CompareTo(other.Order));
        var merged = new List<StagedReader>(readers.Count);
        foreach (var reader in readers)
            if (merged is [.., var last] && last.Hash.AsSpan().SequenceEqual(reader.Hash))
                last.Add(reader);
            else
                merged.Add(reader);
        return merged;
    }

    private static async Task PlanAsync(
        DispatchDb db, ChunkPlan plan, List<StagedReader> readers, bool locked, CancellationToken cancel)
    {
        foreach (var group in readers.Chunk(HashesAtOnce))
        {
            // Most readers of a first import are new. EF takes longer to ask for five hundred than the database to answer.
            var hashes = await AnyKnownAsync(db, [.. group.Select(reader => reader.Hash)], cancel);
            var known = hashes.Length == 0 ? [] : await KnownAsync(db, hashes, locked, cancel);
            // Sealing is most of what this process does for a new reader, and needs no database.
            Parallel.ForEach(group.Where(reader => !known.ContainsKey(Convert.ToHexString(reader.Hash))), plan.Seal);
            foreach (var reader in group)
                plan.Take(reader, known.GetValueOrDefault(Convert.ToHexString(reader.Hash)));
        }
    }

    // Returns those of the hashes that the database knows, as a reader's or a suppressed address's.
    private static async Task<byte[][]> AnyKnownAsync(DispatchDb db, byte[][] hashes, CancellationToken cancel)
    {
        var postgres = db is PostgresDispatchDb;
        var list = postgres ? "= ANY(@hashes)"
            : $"IN ({string.Join(", ", Enumerable.Range(0, hashes.Length).Select(number => $"@h{number}"))})";
        await using var command = db.Command(
            $"""
            SELECT "AddressHash" FROM "Subscribers" WHERE "AddressHash" {list}
            UNION SELECT "AddressHash" FROM "Suppressions" WHERE "AddressHash" {list}
            """,
            postgres ? [("hashes", hashes)] : [.. hashes.Select((hash, number) => ($"h{number}", (object)hash))]);
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            var known = new List<byte[]>();
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                known.Add(reader.GetFieldValue<byte[]>(0));
            return [.. known.OrderBy(Convert.ToHexString, StringComparer.Ordinal)];
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private static async Task<Dictionary<string, StoredReader>> KnownAsync(
        DispatchDb db, byte[][] hashes, bool locked, CancellationToken cancel)
    {
        var known = new Dictionary<string, StoredReader>();
        if (locked)
            await LockAsync(db, hashes, cancel);
        foreach (var suppression in await db.Suppressions.Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel))
            Of(suppression.AddressHash).Suppression = suppression;
        var subscribers = await db.Subscribers.Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel);
        if (subscribers.Count == 0)
            return known;
        var byId = new Dictionary<long, StoredReader>(subscribers.Count);
        foreach (var subscriber in subscribers)
            (byId[subscriber.Id] = Of(subscriber.AddressHash)).Subscriber = subscriber;
        var ids = byId.Keys.ToArray();
        foreach (var subscription in await db.Subscriptions.Where(s => ids.Contains(s.SubscriberId)).ToListAsync(cancel))
            byId[subscription.SubscriberId].Subscriptions.Add(subscription);
        foreach (var id in await db.Confirmations.Where(c => ids.Contains(c.SubscriberId) && c.UsedAt == null)
            .Select(c => c.SubscriberId).Distinct().ToListAsync(cancel))
            byId[id].IsAsked = true;
        return known;

        StoredReader Of(byte[] hash)
        {
            var key = Convert.ToHexString(hash);
            if (!known.TryGetValue(key, out var reader))
                known[key] = reader = new();
            return reader;
        }
    }

    // An unsubscription, an erasure or a sign-up of the same reader waits until the chunk is written. SQLite has one writer anyway.
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

    private async Task WriteAsync(DispatchDb db, ChunkPlan plan, CancellationToken cancel)
    {
        using (var bulk = BulkReaders.Within(db))
            if (!await bulk.InsertAsync(plan.NewSubscribers, plan.NewSubscriptions, cancel))
                throw new OvertakenException();
        db.Suppressions.AddRange(plan.NewSuppressions);
        db.Audit.AddRange(plan.Audit);
        await db.SaveChangesAsync(cancel);
        foreach (var group in plan.ToAsk.Chunk(HashesAtOnce))
            await AskAsync(db, group, cancel);
    }

    private async Task AskAsync(DispatchDb db, (byte[] Hash, int[] Newsletters)[] group, CancellationToken cancel)
    {
        var (now, hashes) = (clock.GetUtcNow(), group.Select(one => one.Hash).ToArray());
        var ids = await db.Subscribers.AsNoTracking().Where(s => hashes.Contains(s.AddressHash))
            .ToDictionaryAsync(s => Convert.ToHexString(s.AddressHash), s => s.Id, cancel);
        var confirmations = group.Select(one =>
        {
            var confirmation = Confirmation.New(ids[Convert.ToHexString(one.Hash)], one.Newsletters, tokens, now);
            confirmation.Source = "import";
            return confirmation;
        }).ToList();
        db.Confirmations.AddRange(confirmations);
        await db.SaveChangesAsync(cancel);
        db.SubscriberMails.AddRange(confirmations.Select(SubscriberMail.Confirmation));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Somebody wrote the same readers at the same time.</summary>
    private sealed class OvertakenException : Exception;
}
