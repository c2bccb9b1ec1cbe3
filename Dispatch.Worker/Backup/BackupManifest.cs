using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dispatch.Worker.Backup;

/// <summary>
/// What a backup contains: its last entry, <c>backup.json</c>. A backup is a zip file with one entry for each table
/// (<c>tables/NAME.jsonl</c>: a line with the columns, then one line for each row) and one for each file (<c>files/media/…</c>). It is
/// the same for both databases, so what one of them wrote can be restored into the other.
/// </summary>
/// <param name="Format">The version of this format.</param>
/// <param name="Dispatch">The version of Dispatch that wrote it.</param>
/// <param name="Migration">The last migration of its database, without the instant, which differs from database to database.</param>
/// <param name="At">The moment that it shows, in UTC.</param>
/// <param name="KeyRings">The fingerprints of the key rings with which its readers are sealed.</param>
/// <param name="Tables">The tables, each after those it refers to.</param>
/// <param name="Files">The files under the data folder.</param>
internal sealed record BackupManifest(
    int Format, string Dispatch, string Migration, DateTimeOffset At, IReadOnlyList<string> KeyRings,
    IReadOnlyList<BackupTable> Tables, IReadOnlyList<BackupFile> Files)
{
    public const int CurrentFormat = 1;
    public const string EntryName = "backup.json";

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    [JsonIgnore]
    public long Rows => Tables.Sum(table => table.Rows);
}

/// <param name="Name">The table's name.</param>
/// <param name="Rows">How many rows it has.</param>
/// <param name="NextId">The next number of its automatic key, so that a deleted row's number never comes again. Null without one.</param>
/// <param name="Sha256">The hash of the entry's content, in hexadecimal.</param>
internal sealed record BackupTable(string Name, long Rows, long? NextId, string Sha256)
{
    [JsonIgnore]
    public string EntryName => $"tables/{Name}.jsonl";
}

/// <param name="Path">The path under the data folder, with forward slashes.</param>
/// <param name="Sha256">The hash of the content, in hexadecimal.</param>
internal sealed record BackupFile(string Path, string Sha256)
{
    [JsonIgnore]
    public string EntryName => $"files/{Path}";
}
