using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Backup;

/// <summary>
/// Restores a backup into an empty database of either kind. The tables are made as the backup's version had them and filled in one
/// transaction, together with what <see cref="IAfterRestore"/> corrects. Then they are upgraded, like at any start.
/// </summary>
public sealed class BackupReader(
    IDbContextFactory<DispatchDb> databases, DatabaseStart start, DataFolder data, IOptions<PrivacySettings> privacy,
    IEnumerable<IAfterRestore> corrections, TimeProvider clock)
{
    private const string IsDamaged = "The backup is damaged or incomplete";

    /// <summary>Restores a backup. If that fails, the database holds nothing of it.</summary>
    /// <returns>What was restored, and what was corrected, in sentences.</returns>
    /// <exception cref="InvalidDataException">The file is no backup, or is damaged.</exception>
    /// <exception cref="StartException">
    /// The database isn't empty, the key file is missing or another one, or a newer version wrote the backup.
    /// </exception>
    public async Task<(BackupDone Done, IReadOnlyList<string> Says)> ReadAsync(string path, CancellationToken cancel)
    {
        try
        {
            await using var archive = await ZipFile.OpenReadAsync(path, cancel);
            var manifest = await ManifestAsync(archive, cancel);
            RequireKeys(manifest);
            return await ReadAsync(archive, manifest, cancel);
        }
        catch (InvalidDataException fault) when (!fault.Message.StartsWith(IsDamaged, StringComparison.Ordinal))
        {
            throw Damaged(fault.Message);
        }
    }

    private async Task<(BackupDone Done, IReadOnlyList<string> Says)> ReadAsync(
        ZipArchive archive, BackupManifest manifest, CancellationToken cancel)
    {
        var says = new List<string>();
        await start.FillAsync(manifest.Migration, $"the backup was made by Dispatch {manifest.Dispatch}", async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            await db.AllowSilenceAsync(cancel); // while files are copied
            await db.Versions.ExecuteDeleteAsync(cancel);
            foreach (var table in manifest.Tables)
                await ReadAsync(archive, db, table, cancel);
            foreach (var file in manifest.Files)
                await ReadAsync(archive, file, cancel);
            foreach (var correction in corrections)
                if (await correction.RunAsync(db, manifest.At, cancel) is { } said)
                    says.Add(said);
            await transaction.CommitAsync(cancel);
        }, cancel);
        await start.PrepareAsync(cancel);
        await using var restored = databases.CreateDbContext();
        restored.Audit.Add(
            Actor.CommandLine.Did("database.restored", AuditTarget.Database, clock.GetUtcNow(), $"as of {manifest.At:u}"));
        await restored.SaveChangesAsync(cancel);
        await restored.GatherStatisticsAsync(cancel); // of all tables
        return (new(manifest.At, manifest.Tables.Count, manifest.Rows, manifest.Files.Count), says);
    }

    private static async Task<BackupManifest> ManifestAsync(ZipArchive archive, CancellationToken cancel)
    {
        try
        {
            await using var entry = await Entry(archive, BackupManifest.EntryName).OpenAsync(cancel);
            var manifest = await JsonSerializer.DeserializeAsync<BackupManifest>(entry, BackupManifest.Json, cancel);
            if (manifest is not { Format: > 0, Migration: not null, Tables: not null, Files: not null, KeyRings: not null })
                throw Damaged($"{BackupManifest.EntryName} is not what it should be");
            return manifest.Format == BackupManifest.CurrentFormat ? manifest
                : throw new StartException($"The backup was made by Dispatch {manifest.Dispatch}, and this is {ProductVersion.Text}, which "
                    + "can't read it: restore it with that version.");
        }
        catch (JsonException)
        {
            throw Damaged($"{BackupManifest.EntryName} is not what it should be");
        }
    }

    // Checked before anything is created: a missing key file would be replaced by a new one at the next start.
    private void RequireKeys(BackupManifest manifest)
    {
        var path = privacy.Value.PathUnder(data.Root);
        if (manifest.KeyRings.Count == 0)
            return;
        if (!File.Exists(path))
            throw new StartException($"{PrivacySettings.KeyFileKey}: the key file {path} is missing, and the backup's readers are sealed "
                + "with it. Put its copy there first, readable by this account only.");
        var ring = KeyRing.LoadOrCreate(path, clock);
        if (manifest.KeyRings.Any(fingerprint => fingerprint != ring.Fingerprint))
            throw new StartException($"{PrivacySettings.KeyFileKey}: the key file {path} is not the one with which the backup's readers "
                + "are sealed. Put that one there.");
    }

    private static async Task ReadAsync(ZipArchive archive, DispatchDb db, BackupTable table, CancellationToken cancel)
    {
        using var hash = SHA256.Create();
        await using (var entry = await Entry(archive, table.EntryName).OpenAsync(cancel))
        await using (var hashed = new CryptoStream(entry, hash, CryptoStreamMode.Read))
        {
            var lines = PipeReader.Create(hashed);
            BackupColumn[]? columns = null;
            RowWriter? rows = null;
            var count = 0L;
            try
            {
                for (var ended = false; !ended;)
                {
                    var read = await lines.ReadAsync(cancel);
                    var (rest, line) = (read.Buffer, default(ReadOnlySequence<byte>));
                    while (TryReadLine(ref rest, out line))
                        if (columns is null)
                            rows = await RowWriter.OpenAsync(db, table.Name, columns = ColumnsIn(line, table), cancel);
                        else
                        {
                            rows!.Write(RowIn(line, columns, table));
                            count++;
                        }
                    ended = read.IsCompleted;
                    if (ended && rest.Length > 0)
                        throw Damaged($"{table.EntryName} ends in the middle of a row");
                    lines.AdvanceTo(rest.Start, rest.End);
                }
                if (rows is null || count != table.Rows)
                    throw Damaged($"{table.EntryName} has {count} rows instead of {table.Rows}");
                await rows.CompleteAsync(cancel);
            }
            finally
            {
                if (rows is not null)
                    await rows.DisposeAsync();
                await lines.CompleteAsync();
            }
        }
        RequireHash(hash, table.Sha256, table.EntryName);
        if (table.NextId is { } next)
            await BackupTables.SetNextIdAsync(db, table.Name, next, cancel);
    }

    private static bool TryReadLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        var found = rest.PositionOf((byte)'\n');
        line = found is { } end ? rest.Slice(0, end) : default;
        if (found is { } at)
            rest = rest.Slice(rest.GetPosition(1, at));
        return found is not null;
    }

    private static BackupColumn[] ColumnsIn(ReadOnlySequence<byte> line, BackupTable table)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            return [.. JsonSerializer.Deserialize<string[][]>(ref json)!
                .Select(column => new BackupColumn(column[0], Enum.Parse<ColumnKind>(column[1])))];
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or IndexOutOfRangeException or NullReferenceException)
        {
            throw Damaged($"{table.EntryName} doesn't begin with its columns");
        }
    }

    private static object?[] RowIn(ReadOnlySequence<byte> line, BackupColumn[] columns, BackupTable table)
    {
        var json = new Utf8JsonReader(line);
        try
        {
            if (!json.Read() || json.TokenType is not JsonTokenType.StartArray)
                throw Damaged($"{table.EntryName} has a line that is no row");
            var row = new object?[columns.Length];
            for (var at = 0; at < row.Length; at++)
                row[at] = columns[at].Read(ref json);
            return json.Read() && json.TokenType is JsonTokenType.EndArray ? row
                : throw Damaged($"{table.EntryName} has a row with too many values");
        }
        catch (JsonException)
        {
            throw Damaged($"{table.EntryName} has a line that is no row");
        }
    }

    private async Task ReadAsync(ZipArchive archive, BackupFile file, CancellationToken cancel)
    {
        var parts = file.Path.Split('/');
        if (parts.Length < 2 || !BackupWriter.Folders.Contains(parts[0])
            || parts.Any(part => part is "" or "." or ".." || part.Contains('\\') || part.Contains(':')))
            throw Damaged($"{file.EntryName} has no place under {DataFolder.Key}");
        data.Create(parts[..^1]);
        var path = data.PathTo(parts);
        using var hash = SHA256.Create();
        await using (var entry = await Entry(archive, file.EntryName).OpenAsync(cancel))
        await using (var hashed = new CryptoStream(entry, hash, CryptoStreamMode.Read))
        await using (var to = new FileStream($"{path}.restoring", FileMode.Create, FileAccess.Write, FileShare.None))
        {
            await hashed.CopyToAsync(to, cancel);
            to.Flush(flushToDisk: true);
        }
        RequireHash(hash, file.Sha256, file.EntryName);
        File.Move($"{path}.restoring", path, overwrite: true);
    }

    private static ZipArchiveEntry Entry(ZipArchive archive, string name) =>
        archive.GetEntry(name) ?? throw Damaged($"it has no {name}");

    private static void RequireHash(SHA256 hash, string expected, string entry)
    {
        if (!string.Equals(Convert.ToHexString(hash.Hash!), expected, StringComparison.OrdinalIgnoreCase))
            throw Damaged($"{entry} is not what was written");
    }

    private static InvalidDataException Damaged(string why) => new($"{IsDamaged}: {why}.");
}
