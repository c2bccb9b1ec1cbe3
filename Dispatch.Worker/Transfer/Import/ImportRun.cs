using System.Collections.Concurrent;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>Applies the chunks of an import that has begun.</summary>
public sealed class ImportRun(IDbContextFactory<DispatchDb> databases, ImportChunks chunks, TimeProvider clock)
{
    private static readonly TimeSpan NotedEvery = TimeSpan.FromMinutes(1);

    // One connection can't keep two of the database's processors busy, and SQLite has a single writer.
    private const int PostgresWriters = 2;

    /// <summary>Applies some of the remaining chunks in order. While one is written, the next is read and sealed.</summary>
    /// <param name="id">The import.</param>
    /// <param name="most">The maximum number of chunks.</param>
    /// <param name="progress">Called with the number of finished chunks and of all chunks, never from two threads at once.</param>
    /// <param name="cancel">Stops after a chunk.</param>
    /// <returns>Whether chunks may remain.</returns>
    public async Task<bool> SomeAsync(int id, int most, Action<int, int>? progress, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (!await NoteWorkAsync(db, id, cancel))
            return false;
        var left = await db.ReaderImportChunks.Where(c => c.ImportId == id && !c.Done).OrderBy(c => c.Number).Select(c => c.Number)
            .ToListAsync(cancel);
        var all = await db.ReaderImportChunks.CountAsync(c => c.ImportId == id, cancel);
        var (done, noted) = (all - left.Count, clock.GetUtcNow());
        var queue = new ConcurrentQueue<int>(left.Take(most));
        using var onWriting = new SemaphoreSlim(db is PostgresDispatchDb ? PostgresWriters : 1);
        using var onProgress = new SemaphoreSlim(1);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var preparing = Math.Min(queue.Count, (db is PostgresDispatchDb ? PostgresWriters : 1) + 1);
        await Task.WhenAll(Enumerable.Range(0, preparing).Select(_ => Task.Run(WorkAsync, CancellationToken.None)));
        return left.Count > most;

        async Task WorkAsync()
        {
            try
            {
                while (queue.TryDequeue(out var number))
                {
                    if (await chunks.PrepareAsync(id, number, stop.Token) is { } chunk)
                        await WriteAsync(chunk);
                    await ProgressAsync();
                }
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }

        async Task WriteAsync(PreparedChunk chunk)
        {
            await onWriting.WaitAsync(stop.Token);
            try
            {
                await chunks.TakeInAsync(chunk, stop.Token);
            }
            finally
            {
                onWriting.Release();
            }
        }

        async Task ProgressAsync()
        {
            await onProgress.WaitAsync(stop.Token);
            try
            {
                progress?.Invoke(++done, all);
                if (done == 1 && all > 1)
                    // Until the next analysis, PostgreSQL keeps plans that it made for almost empty tables, such as those for foreign keys.
                    await db.GatherStatisticsAsync(stop.Token, "Subscribers", "Subscriptions");
                if (clock.GetUtcNow() - noted < NotedEvery)
                    return;
                noted = clock.GetUtcNow();
                await NoteWorkAsync(db, id, stop.Token);
            }
            finally
            {
                onProgress.Release();
            }
        }
    }

    // Marks the import as being worked on. Returns false if there is nothing to do.
    private async Task<bool> NoteWorkAsync(DispatchDb db, int id, CancellationToken cancel)
    {
        var until = clock.GetUtcNow() + ReaderImports.WorkedOnFor;
        return await db.ReaderImports.Where(i => i.Id == id && i.State == ReaderImportState.Running)
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.QueuedUntil, until), cancel) > 0;
    }
}
