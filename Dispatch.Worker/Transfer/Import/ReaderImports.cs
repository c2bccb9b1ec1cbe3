using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Transfer.Import.Staging;
using Dispatch.Worker.Transfer.Reading;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// Imports files of readers. A file is read to its end and staged, sealed; then it can be previewed and applied. What a killed process
/// leaves unfinished is continued by the same command, or by the sweep on any machine.
/// </summary>
public sealed class ReaderImports(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, FileStaging staging, ImportChunks chunks, ImportRun run,
    IBackgroundJobClient jobs, TimeProvider clock)
{
    /// <summary>How long after its last sign of life a process is assumed to be working on an import.</summary>
    internal static readonly TimeSpan WorkedOnFor = TimeSpan.FromMinutes(5);

    // Some ten thousand readers: little enough for a request to wait.
    private const int ChunksLookedAtAtOnce = 4;

    /// <summary>How long a file that has been read waits for a decision before its staged rows are deleted.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>The maximum number of examples of each consequence in a dry run.</summary>
    public const int MostExamples = 20;

    /// <summary>Reads a file to its end and stages its rows. Nothing of it counts yet.</summary>
    /// <param name="file">The file.</param>
    /// <param name="choices">What the person who imports it says about it.</param>
    /// <param name="actor">The person.</param>
    /// <param name="fingerprint">What <see cref="FingerprintOf"/> returned, or null.</param>
    /// <param name="cancel">Stops reading. Nothing of the file is kept.</param>
    /// <returns>The import's id.</returns>
    /// <exception cref="UnreadableFileException">Nothing was imported. The message says why.</exception>
    public async Task<int> ReadAsync(
        FileToImport file, ImportChoices choices, Actor actor, byte[]? fingerprint, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var newsletters = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        var usual = choices.Newsletter is { } slug ? newsletters.Find(newsletter => newsletter.Slug == slug) : newsletters[0];
        if (usual is null)
            throw new UnreadableFileException($"newsletter: there is none with the slug {choices.Newsletter}. There is "
                + $"{string.Join(", ", newsletters.Select(newsletter => newsletter.Slug))}.");
        if (fingerprint is not null)
            await FileStaging.DeleteAbandonedAsync(db, fingerprint, cancel);
        var now = clock.GetUtcNow();
        var import = new ReaderImport
        {
            Actor = actor.Name,
            Choices = choices.ToJson(),
            Fingerprint = fingerprint,
            CreatedAt = now,
            Chunks = ImportStage.ChunksFor(file),
        };
        db.ReaderImports.Add(import);
        await db.SaveChangesAsync(cancel);
        try
        {
            var found = new ImportFindings { Newsletter = usual.Slug };
            await Task.Run(() => staging.Stage(
                import, file, choices, new RowJudge(choices, newsletters, usual, ring, now, found), found, cancel), cancel);
            FileStaging.GiveBack(import);
            import.Findings = found.ToJson();
            import.State = ReaderImportState.Ready;
            db.ReaderImportChunks.AddRange(Enumerable.Range(0, import.Chunks)
                .Select(number => new ReaderImportChunk { ImportId = import.Id, Number = number }));
            await db.SaveChangesAsync(cancel);
            return import.Id;
        }
        catch
        {
            await DropAsync(import.Id);
            throw;
        }
    }

    /// <summary>
    /// Determines what an import would change, for <see cref="LastPreviewAsync"/>: at once if the file is small, otherwise by a job. Until
    /// the job has ended, the import is <see cref="ReaderImportState.Looking"/>.
    /// </summary>
    public async Task LookAsync(int id, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var until = clock.GetUtcNow() + WorkedOnFor;
        if (await db.ReaderImports.Where(i => i.Id == id && i.State == ReaderImportState.Ready && i.Chunks > ChunksLookedAtAtOnce)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ReaderImportState.Looking).SetProperty(i => i.QueuedUntil, until),
                cancel) > 0)
            jobs.Enqueue<ImportJob>(job => job.LookAsync(id, CancellationToken.None));
        else
            await PreviewAsync(id, null, cancel);
    }

    /// <summary>Does the work of <see cref="LookAsync"/>, unless the import is gone or the work has been done.</summary>
    internal async Task FinishLookAsync(int id, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await db.ReaderImports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id && i.State == ReaderImportState.Looking, cancel)
            is not { } import)
            return;
        var found = ImportFindings.FromJson(import.Findings);
        await PreviewAsync(id, NoteAsync, cancel);

        async Task NoteAsync(int done, int of)
        {
            var step = Math.Max(1, of / 50);
            if (done % step != 0 && done != of)
                return;
            found.ChunksLookedAt = done;
            var (findings, until) = (found.ToJson(), clock.GetUtcNow() + WorkedOnFor);
            await db.ReaderImports.Where(i => i.Id == id && i.State == ReaderImportState.Looking)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.Findings, findings).SetProperty(i => i.QueuedUntil, until), cancel);
        }
    }

    /// <summary>Returns what an import would change, and stores examples of each consequence, sealed.</summary>
    /// <param name="id">The import.</param>
    /// <param name="progress">Called with the number of examined chunks and of all chunks.</param>
    /// <param name="cancel">Cancels the look.</param>
    public async Task<ImportPreview> PreviewAsync(int id, Func<int, int, Task>? progress, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var import = await db.ReaderImports.AsNoTracking().SingleAsync(i => i.Id == id, cancel);
        var counts = new ImportCounts();
        var consequences = new SortedDictionary<string, Consequence>(StringComparer.Ordinal);
        for (var number = 0; number < import.Chunks; number++)
        {
            counts.Add(await chunks.PreviewAsync(import, number, Show, cancel));
            if (progress is not null)
                await progress(number + 1, import.Chunks);
        }
        var preview = new ImportPreview(counts, consequences);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.ReaderImports.Where(i => i.Id == id && (i.State == ReaderImportState.Looking || i.State == ReaderImportState.Ready))
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ReaderImportState.Ready)
                .SetProperty(i => i.QueuedUntil, (DateTimeOffset?)null), cancel) == 0)
            return preview; // discarded meanwhile
        await db.ReaderImportPieces.Where(p => p.ImportId == id && p.Chunk == ReaderImportPiece.Examples).ExecuteDeleteAsync(cancel);
        db.ReaderImportPieces.Add(Piece(id, ReaderImportPiece.Examples, JsonSerializer.SerializeToUtf8Bytes(preview)));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return preview;

        void Show(string what, StagedReader reader)
        {
            if (!consequences.TryGetValue(what, out var consequence))
                consequences[what] = consequence = new();
            consequence.Readers++;
            if (consequence.Examples.Count < MostExamples)
                consequence.Examples.Add(reader.Address);
        }
    }

    /// <summary>Returns the latest preview, or null if there is none.</summary>
    public async Task<ImportPreview?> LastPreviewAsync(int id, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await db.ReaderImportPieces.AsNoTracking()
            .SingleOrDefaultAsync(p => p.ImportId == id && p.Chunk == ReaderImportPiece.Examples, cancel) is { } piece
            ? JsonSerializer.Deserialize<ImportPreview>(ring.OpenBytes(piece.Sealed, ReaderImportPiece.Purpose)) : null;
    }

    /// <summary>Decides to apply a file that has been read. Returns false if that was decided before.</summary>
    /// <param name="id">The import.</param>
    /// <param name="actor">Who decides.</param>
    /// <param name="queued">Whether a job does the work. Otherwise the caller does, by <see cref="RunAsync"/>.</param>
    /// <param name="cancel">Cancels the decision.</param>
    public async Task<bool> BeginAsync(int id, Actor actor, bool queued, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var now = clock.GetUtcNow();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancel))
        {
            var until = now + WorkedOnFor;
            if (await db.ReaderImports.Where(i => i.Id == id && i.State == ReaderImportState.Ready)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ReaderImportState.Running).SetProperty(i => i.QueuedUntil, until),
                    cancel) == 0)
                return false;
            db.Audit.Add(actor.Did("readers.import", AuditTarget.Import(id), now));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        if (queued)
            jobs.Enqueue<ImportJob>(job => job.RunAsync(id, 0, CancellationToken.None));
        return true;
    }

    /// <summary>Applies all remaining chunks.</summary>
    /// <param name="id">The import.</param>
    /// <param name="progress">Called with the number of finished chunks and of all chunks, never from two threads at once.</param>
    /// <param name="cancel">Stops after a chunk. The rest is done later.</param>
    public async Task RunAsync(int id, Action<int, int>? progress, CancellationToken cancel)
    {
        await run.SomeAsync(id, int.MaxValue, progress, cancel);
        await FinishAsync(id, cancel);
    }

    /// <summary>Ends an import whose chunks are all done.</summary>
    internal async Task FinishAsync(int id, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await db.ReaderImportChunks.AnyAsync(c => c.ImportId == id && !c.Done, cancel))
            return;
        var (now, none) = (clock.GetUtcNow(), (DateTimeOffset?)null);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.ReaderImports.Where(i => i.Id == id && i.State == ReaderImportState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.State, ReaderImportState.Done).SetProperty(i => i.FinishedAt, now)
                .SetProperty(i => i.QueuedUntil, none), cancel) == 0)
            return;
        await db.ReaderImportPieces.Where(p => p.ImportId == id && p.Chunk == ReaderImportPiece.Examples).ExecuteDeleteAsync(cancel);
        var import = await db.ReaderImports.AsNoTracking().SingleAsync(i => i.Id == id, cancel);
        var counts = await CountsAsync(db, id, cancel);
        db.Audit.Add(new Actor(import.Actor).Did("readers.imported", AuditTarget.Import(id), now,
            $"{counts.Added} added, {counts.Updated} updated, {counts.Unchanged} unchanged"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        await db.GatherStatisticsAsync(cancel, "Subscribers", "Subscriptions");
        await db.OverwriteErasedAsync(cancel);
    }

    /// <summary>Returns the state of an import, or null if none has this id.</summary>
    public async Task<ImportStanding?> FindAsync(int id, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await db.ReaderImports.AsNoTracking().SingleOrDefaultAsync(i => i.Id == id, cancel) is not { } import)
            return null;
        var found = ImportFindings.FromJson(import.Findings);
        var done = import.State is ReaderImportState.Looking ? found.ChunksLookedAt
            : await db.ReaderImportChunks.CountAsync(c => c.ImportId == id && c.Done, cancel);
        return new(import, found, await CountsAsync(db, id, cancel), done);
    }

    /// <summary>Returns an unfinished import of the same file with the same choices, or null.</summary>
    public async Task<int?> InterruptedAsync(byte[] fingerprint, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await db.ReaderImports.Where(i => i.Fingerprint == fingerprint && i.State == ReaderImportState.Running)
            .OrderBy(i => i.Id).Select(i => (int?)i.Id).FirstOrDefaultAsync(cancel);
    }

    /// <summary>Returns the refused lines, at most <see cref="ImportStage.MostRefused"/>.</summary>
    public async Task<IReadOnlyList<RefusedLine>> RefusedAsync(int id, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        var lines = new List<RefusedLine>();
        foreach (var piece in await db.ReaderImportPieces.AsNoTracking()
            .Where(p => p.ImportId == id && p.Chunk == ReaderImportPiece.RefusedLines).OrderBy(p => p.Number).ToListAsync(cancel))
            lines.AddRange(JsonSerializer.Deserialize<RefusedLine[]>(ring.OpenBytes(piece.Sealed, ReaderImportPiece.Purpose))!);
        return lines;
    }

    /// <summary>Returns the latest imports, newest first.</summary>
    public async Task<IReadOnlyList<ReaderImport>> LatestAsync(int count, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await db.ReaderImports.AsNoTracking().OrderByDescending(i => i.Id).Take(count).ToListAsync(cancel);
    }

    /// <summary>Deletes an import that has not begun, with its staged rows. Returns false if it has begun, or is gone.</summary>
    public async Task<bool> DropAsync(int id)
    {
        await using var db = databases.CreateDbContext();
        var dropped = await db.ReaderImports
            .Where(i => i.Id == id && i.State != ReaderImportState.Running && i.State != ReaderImportState.Done)
            .ExecuteDeleteAsync(CancellationToken.None);
        await db.OverwriteErasedAsync(CancellationToken.None);
        return dropped > 0;
    }

    /// <summary>Returns a keyed hash of a file's content and the choices about it, which is used to find an interrupted import.</summary>
    public async Task<byte[]> FingerprintOf(Stream content, ImportChoices choices, CancellationToken cancel)
    {
        using var hash = ring.HashOfRequest();
        hash.AppendData(Encoding.UTF8.GetBytes(choices.ToJson()));
        hash.AppendData(await SHA256.HashDataAsync(content, cancel));
        return hash.GetHashAndReset();
    }

    private static async Task<ImportCounts> CountsAsync(DispatchDb db, int id, CancellationToken cancel)
    {
        var counts = new ImportCounts();
        foreach (var chunk in await db.ReaderImportChunks.Where(c => c.ImportId == id && c.Done).Select(c => c.Counts).ToListAsync(cancel))
            counts.Add(ImportCounts.FromJson(chunk));
        return counts;
    }

    private ReaderImportPiece Piece(int id, int chunk, byte[] plain) =>
        new() { ImportId = id, Chunk = chunk, Sealed = ring.SealBytes(plain, ReaderImportPiece.Purpose) };
}
