using System.Collections.Concurrent;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Transfer.Import.Staging;
using Microsoft.EntityFrameworkCore;
using static Npgsql.PostgresErrorCodes;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// Applies a chunk in one transaction: its readers, its counts, and the mark that it is done. A killed run leaves no trace. If a chunk is
/// run twice at once, the second run waits for the first and then finds the chunk done.
/// </summary>
/// <remarks>
/// Reading, opening and sealing a chunk's rows takes as long as writing them but needs no transaction. So it is done first
/// (<see cref="PrepareAsync"/>), possibly while another chunk is being written. Whatever depends on the database is decided in the
/// transaction.
/// </remarks>
public sealed class ImportChunks(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, ConfirmationTokens tokens, WakeReaderMailing wake, TimeProvider clock)
{
    private const int Tries = 5;
    private const int AskedAtOnce = 500;

    private static readonly ParallelOptions OnAllProcessors = new() { MaxDegreeOfParallelism = Environment.ProcessorCount };

    /// <summary>Applies a chunk. Returns false if it is already done, or gone.</summary>
    public async Task<bool> TakeInAsync(int importId, int number, CancellationToken cancel) =>
        await PrepareAsync(importId, number, cancel) is { } chunk && await TakeInAsync(chunk, cancel);

    /// <summary>Reads a chunk's rows and seals them for writing. Returns null if the chunk is already done, or gone.</summary>
    internal async Task<PreparedChunk?> PrepareAsync(int importId, int number, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await db.ReaderImports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == importId, cancel) is not { } import
            || !await db.ReaderImportChunks.AnyAsync(c => c.ImportId == importId && c.Number == number && !c.Done, cancel))
            return null;
        var readers = await StagedAsync(db, importId, number, cancel);
        var plan = Plan(import);
        Parallel.ForEach(Partitioner.Create(0, Math.Max(1, readers.Count), 128), OnAllProcessors, range =>
        {
            for (var at = range.Item1; at < range.Item2 && at < readers.Count; at++)
                plan.Seal(readers[at]);
        });
        return new(import, number, readers);
    }

    /// <summary>Applies a prepared chunk. Returns false if it is already done, or gone.</summary>
    internal async Task<bool> TakeInAsync(PreparedChunk chunk, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
            try
            {
                return await TakeInOnceAsync(chunk, cancel);
            }
            catch (Exception fault) when (tries < Tries && IsOvertaken(fault))
            {
                // A reader signed up while the chunk was being written. The next try finds that reader.
            }
    }

    // Sign-ups write several readers at once, in an order of their own, so PostgreSQL may have to end one of two transactions.
    private static bool IsOvertaken(Exception fault) =>
        fault is DbUpdateException
        || (fault.GetBaseException() as Npgsql.PostgresException)?.SqlState is DeadlockDetected or UniqueViolation;

    /// <summary>Determines what a chunk would change, without changing anything.</summary>
    internal async Task<ImportCounts> PreviewAsync(
        ReaderImport import, int number, Action<string, StagedReader> shows, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var plan = Plan(import, shows);
        await PlanAsync(db, plan, await StagedAsync(db, import.Id, number, cancel), locked: false, cancel);
        return plan.Counts;
    }

    private async Task<bool> TakeInOnceAsync(PreparedChunk prepared, CancellationToken cancel)
    {
        var (importId, number) = (prepared.Import.Id, prepared.Number);
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var chunk = db.ReaderImportChunks.Where(c => c.ImportId == importId && c.Number == number && !c.Done);
        if (await chunk.ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, true), cancel) == 0)
            return false;
        var plan = Plan(prepared.Import, changes: entity => db.Attach(entity));
        await PlanAsync(db, plan, prepared.Readers, locked: true, cancel);
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

    private ChunkPlan Plan(ReaderImport import, Action<string, StagedReader>? shows = null, Action<object>? changes = null) =>
        new(ring, ImportChoices.FromJson(import.Choices).SendConfirmations, new Actor(import.Actor), clock.GetUtcNow())
        {
            Shows = shows,
            Changes = changes,
        };

    // The readers of a chunk, ordered by hash, each once.
    private async Task<List<StagedReader>> StagedAsync(DispatchDb db, int importId, int number, CancellationToken cancel)
    {
        var readers = new List<StagedReader>();
        await foreach (var piece in db.ReaderImportPieces.AsNoTracking().Where(p => p.ImportId == importId && p.Chunk == number)
            .OrderBy(p => p.Number).AsAsyncEnumerable().WithCancellation(cancel))
            StagedReader.ReadAll(ring.OpenBytes(piece.Sealed, ReaderImportPiece.Purpose), readers);
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
        // A dry run has no transaction, but its statements share one connection.
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            var stored = await StoredReaders.FindAsync(db, readers, locked, cancel);
            foreach (var reader in readers)
                plan.Take(reader, stored.GetValueOrDefault(reader.Hash));
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task WriteAsync(DispatchDb db, ChunkPlan plan, CancellationToken cancel)
    {
        using (var bulk = BulkReaders.Within(db))
        {
            await bulk.InsertAsync(plan.NewSubscribers, plan.NewSubscriptions, cancel);
            await bulk.InsertAsync(plan.NewSuppressions, cancel);
        }
        db.Audit.AddRange(plan.Audit);
        await db.SaveChangesAsync(cancel);
        foreach (var group in plan.ToAsk.Chunk(AskedAtOnce))
            await AskAsync(db, group, cancel);
    }

    private async Task AskAsync(DispatchDb db, (Subscriber Reader, int[] Newsletters)[] group, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var confirmations = group.Select(one =>
        {
            var confirmation = Confirmation.New(one.Reader.Id, one.Newsletters, tokens, now);
            confirmation.Source = "import";
            return confirmation;
        }).ToList();
        db.Confirmations.AddRange(confirmations);
        await db.SaveChangesAsync(cancel);
        db.SubscriberMails.AddRange(confirmations.Select(SubscriberMail.Confirmation));
        await db.SaveChangesAsync(cancel);
        db.ChangeTracker.Clear();
    }
}

/// <summary>A chunk whose rows have been read and sealed.</summary>
internal sealed record PreparedChunk(ReaderImport Import, int Number, List<StagedReader> Readers);
