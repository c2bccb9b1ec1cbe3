using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.Import.Staging;

/// <summary>Stages the rows of a file as it is read. On PostgreSQL, a lock tells other processes that the file is being read.</summary>
public sealed class FileStaging(IDbContextFactory<DispatchDb> databases, KeyRing ring)
{
    private const int ReadingLock = 7201134;
    private const int ChunksOfASmallFile = 16;

    /// <summary>Reads a file to its end and stages its rows.</summary>
    internal void Stage(
        ReaderImport import, FileToImport file, ImportChoices choices, RowJudge judge, ImportFindings found, CancellationToken cancel)
    {
        using var db = databases.CreateDbContext();
        db.Database.OpenConnection();
        if (db is PostgresDispatchDb)
            // Held until the file has been read, or until the connection ends, as it does when the process dies.
            db.Database.ExecuteSql($"SELECT pg_advisory_lock({ReadingLock}, {import.Id})");
        try
        {
            Stage(db, import, file, choices, judge, found, cancel);
        }
        finally
        {
            if (db is PostgresDispatchDb)
                db.Database.ExecuteSql($"SELECT pg_advisory_unlock({ReadingLock}, {import.Id})");
            db.Database.CloseConnection();
        }
    }

    private void Stage(DispatchDb db, ReaderImport import, FileToImport file, ImportChoices choices, RowJudge judge, ImportFindings found,
        CancellationToken cancel)
    {
        using var stage = new ImportStage(db, ring, import.Id, import.Chunks);
        var reading = new FileReading(choices, judge, found)
        {
            Stage = stage.Add,
            Refuse = line =>
            {
                stage.Add(line);
                file.OnRefused?.Invoke(line);
            },
            OnRead = file.OnRead,
            Cancel = cancel,
        };
        reading.Read(file.Name, file.Content, file.Bytes);
        stage.Flush();
    }

    /// <summary>
    /// Gives back the memory that reading a large file has used, before chunks of readers come to need as much. A collection by itself
    /// would keep it for later.
    /// </summary>
    internal static void GiveBack(ReaderImport import)
    {
        if (import.Chunks > ChunksOfASmallFile)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Deletes what a killed command has staged of the same file. On SQLite, no other process can be reading it.</summary>
    /// <exception cref="UnreadableFileException">Another process is reading the file.</exception>
    public static async Task DeleteAbandonedAsync(DispatchDb db, byte[] fingerprint, CancellationToken cancel)
    {
        foreach (var id in await db.ReaderImports.Where(i => i.Fingerprint == fingerprint
            && (i.State == ReaderImportState.Reading || i.State == ReaderImportState.Ready)).Select(i => i.Id).ToListAsync(cancel))
        {
            if (db is PostgresDispatchDb && await db.Database.SqlQuery<bool>(
                $"""
                SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2
                  AND classid::bigint = {ReadingLock} AND objid::bigint = {id}
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS "Value"
                """).SingleAsync(cancel))
                throw new UnreadableFileException("Another process is reading this file right now. Wait until it has finished.");
            await db.ReaderImports.Where(i => i.Id == id).ExecuteDeleteAsync(cancel);
        }
    }
}

/// <summary>A file to import.</summary>
/// <param name="Name">The file's name without its folder.</param>
/// <param name="Content">The content.</param>
/// <param name="Bytes">The size in bytes, or null if it isn't known.</param>
/// <param name="OnRefused">Called with each refused line.</param>
/// <param name="OnRead">Called once every few thousand lines.</param>
public sealed record FileToImport(
    string Name, Stream Content, long? Bytes, Action<RefusedLine>? OnRefused = null, Action? OnRead = null);
