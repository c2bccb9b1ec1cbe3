using Dispatch.Worker.Database;
using Dispatch.Worker.Transfer.PastIssues.Uploads;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>Applies a few chunks of an import and then queues the next job, so an import never fills the queue.</summary>
[Queue("default")]
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // the sweep queues what is left
public sealed class ImportJob(ReaderImports imports, ImportRun run, IBackgroundJobClient jobs)
{
    // While one is written, the other is read and sealed.
    private const int ChunksAtOnce = 2;

    [JobDisplayName("Import {0}, part {1}")]
    public async Task RunAsync(int importId, int part, CancellationToken stopping)
    {
        if (!await run.SomeAsync(importId, ChunksAtOnce, null, stopping))
        {
            await imports.FinishAsync(importId, stopping);
            return;
        }
        jobs.Enqueue<ImportJob>(job => job.RunAsync(importId, part + 1, CancellationToken.None));
    }

    [JobDisplayName("Import {0}, dry run")]
    public Task LookAsync(int importId, CancellationToken stopping) => imports.FinishLookAsync(importId, stopping);
}

/// <summary>
/// Continues imports and dry runs that nobody is working on, such as those of a killed process. Deletes staged rows and archives that
/// nobody has decided about.
/// </summary>
[Queue("default")]
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // the next sweep comes within a minute
public sealed class ImportSweep(
    IDbContextFactory<DispatchDb> databases, IBackgroundJobClient jobs, ArchiveUploads archives, TimeProvider clock)
{
    [JobDisplayName("Look for imports that were left")]
    public async Task RunAsync(CancellationToken stopping)
    {
        archives.DeleteOld();
        archives.ContinueLeft();
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        var left = now - ReaderImports.KeptFor;
        if (await db.ReaderImports.Where(i => i.CreatedAt < left
            && (i.State == ReaderImportState.Reading || i.State == ReaderImportState.Looking || i.State == ReaderImportState.Ready))
            .ExecuteDeleteAsync(stopping) > 0)
            await db.OverwriteErasedAsync(stopping);
        foreach (var import in await db.ReaderImports.AsNoTracking()
            .Where(i => (i.State == ReaderImportState.Running || i.State == ReaderImportState.Looking)
                && (i.QueuedUntil == null || i.QueuedUntil < now)).ToListAsync(stopping))
        {
            var until = now + ReaderImports.WorkedOnFor;
            if (await db.ReaderImports.Where(i => i.Id == import.Id && i.QueuedUntil == import.QueuedUntil)
                .ExecuteUpdateAsync(set => set.SetProperty(i => i.QueuedUntil, until), stopping) == 0)
                continue;
            if (import.State is ReaderImportState.Looking)
                jobs.Enqueue<ImportJob>(job => job.LookAsync(import.Id, CancellationToken.None));
            else
                jobs.Enqueue<ImportJob>(job => job.RunAsync(import.Id, 0, CancellationToken.None));
        }
    }

    /// <summary>Forgets who is working on imports. On SQLite, whoever was has ended with the last process.</summary>
    internal static Task ForgetAsync(DispatchDb db, CancellationToken cancel) => db.ReaderImports
        .Where(i => (i.State == ReaderImportState.Running || i.State == ReaderImportState.Looking) && i.QueuedUntil != null)
        .ExecuteUpdateAsync(set => set.SetProperty(i => i.QueuedUntil, (DateTimeOffset?)null), cancel);
}
