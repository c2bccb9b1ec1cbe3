using System.Buffers;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Backup;

/// <summary>
/// Writes a backup of all data at one moment, while Dispatch runs: the tables, the pictures, and the operator's templates. The keys are
/// left out, since whoever has both can read every address.
/// </summary>
public sealed class BackupWriter(IDbContextFactory<DispatchDb> databases, DatabaseStart start, DataFolder data, TimeProvider clock)
{
    /// <summary>The folders under the data folder whose files belong to a backup.</summary>
    internal static readonly string[] Folders = ["media", "templates"];

    private const int FlushAt = 1 << 16;

    private static readonly JsonWriterOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <exception cref="StartException">There is no database, or this version would first have to upgrade it.</exception>
    public async Task<BackupDone> WriteAsync(Stream to, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        start.RequireReady(db, "There is nothing to back up.");
        db.Database.SetCommandTimeout(0);
        BackupManifest manifest;
        await using (var archive = new ZipArchive(to, ZipArchiveMode.Create, leaveOpen: true))
        {
            manifest = await WriteAsync(archive, db, cancel);
            await using var entry = await archive.CreateEntry(BackupManifest.EntryName).OpenAsync(cancel);
            await JsonSerializer.SerializeAsync(entry, manifest, BackupManifest.Json, cancel);
        }
        db.Audit.Add(Actor.CommandLine.Did(LastBackup.Action, AuditTarget.Database, clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        return new BackupDone(manifest.At, manifest.Tables.Count, manifest.Rows, manifest.Files.Count);
    }

    private async Task<BackupManifest> WriteAsync(ZipArchive archive, DispatchDb db, CancellationToken cancel)
    {
        await using var moment = await db.ReadOneMomentAsync(cancel);
        var at = clock.GetUtcNow();
        var (tables, rings) = (new List<BackupTable>(), await db.TextsAsync("""SELECT "Fingerprint" FROM "KeyRingMarks" """, cancel));
        foreach (var table in BackupTables.Of(db))
            tables.Add(await WriteAsync(archive, db, table, cancel));
        var files = new List<BackupFile>();
        foreach (var path in Folders.SelectMany(FilesIn))
            if (await WriteAsync(archive, path, cancel) is { } file)
                files.Add(file);
        var migration = db.MigrationIds[^1].Split('_', 2)[1];
        return new(BackupManifest.CurrentFormat, ProductVersion.Text, migration, at, rings, tables, files);
    }

    private static async Task<BackupTable> WriteAsync(ZipArchive archive, DispatchDb db, ITable table, CancellationToken cancel)
    {
        BackupColumn[] columns = [.. table.Columns.Select(BackupColumn.Of)];
        using var hash = SHA256.Create();
        var rows = 0L;
        var next = await BackupTables.NextIdAsync(db, table, cancel);
        var place = new BackupTable(table.Name, 0, next, "");
        await using (var entry = await archive.CreateEntry(place.EntryName, CompressionLevel.Fastest).OpenAsync(cancel))
        await using (var hashed = new CryptoStream(entry, hash, CryptoStreamMode.Write))
        {
            var buffer = new ArrayBufferWriter<byte>(FlushAt * 2);
            await using var json = new Utf8JsonWriter(buffer, OneLine);
            JsonSerializer.Serialize(json, columns.Select(column => new[] { column.Name, column.Kind.ToString() }));
            EndLine();
            await using var command = db.Command(
                $"SELECT {string.Join(", ", columns.Select(column => $"\"{column.Name}\""))} FROM \"{table.Name}\"");
            command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            command.CommandTimeout = 0;
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); rows++)
            {
                json.WriteStartArray();
                for (var at = 0; at < columns.Length; at++)
                    columns[at].Write(json, reader, at);
                json.WriteEndArray();
                EndLine();
                if (buffer.WrittenCount >= FlushAt)
                    await FlushAsync();
            }
            await FlushAsync();

            void EndLine()
            {
                json.Flush();
                json.Reset();
                buffer.Write("\n"u8);
            }

            async Task FlushAsync()
            {
                await hashed.WriteAsync(buffer.WrittenMemory, cancel);
                buffer.ResetWrittenCount();
            }
        }
        return place with { Rows = rows, Sha256 = Convert.ToHexString(hash.Hash!) };
    }

    // The names of files that are being written begin with a dot.
    private IEnumerable<string> FilesIn(string folder) => !Directory.Exists(data.PathTo(folder)) ? []
        : Directory.EnumerateFiles(data.PathTo(folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(data.Root, path).Replace(Path.DirectorySeparatorChar, '/'))
            .Where(path => !Path.GetFileName(path).StartsWith('.')).Order(StringComparer.Ordinal);

    // Returns null if the file has just been removed: nothing at this moment refers to it.
    private async Task<BackupFile?> WriteAsync(ZipArchive archive, string path, CancellationToken cancel)
    {
        try
        {
            await using var file = new FileStream(data.PathTo(path), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            var place = new BackupFile(path, "");
            using var hash = SHA256.Create();
            await using (var entry = await archive.CreateEntry(place.EntryName, CompressionLevel.NoCompression).OpenAsync(cancel))
            await using (var hashed = new CryptoStream(entry, hash, CryptoStreamMode.Write))
                await file.CopyToAsync(hashed, cancel);
            return place with { Sha256 = Convert.ToHexString(hash.Hash!) };
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>What a backup contains.</summary>
/// <param name="At">The moment that it shows.</param>
/// <param name="Tables">The number of tables.</param>
/// <param name="Rows">The number of rows in all tables.</param>
/// <param name="Files">The number of pictures and templates.</param>
public sealed record BackupDone(DateTimeOffset At, int Tables, long Rows, int Files);
