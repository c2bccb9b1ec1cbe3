using System.Globalization;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Backup;

/// <summary>The tables of a backup, and the numbers of their automatic keys.</summary>
internal static class BackupTables
{
    /// <summary>Returns all tables, each after those it refers to, so that they can be filled in this order.</summary>
    public static IReadOnlyList<ITable> Of(DispatchDb db)
    {
        var (ordered, seen) = (new List<ITable>(), new HashSet<ITable>());
        foreach (var table in db.Model.GetRelationalModel().Tables.OrderBy(table => table.Name, StringComparer.Ordinal))
            Add(table);
        return ordered;

        void Add(ITable table)
        {
            if (!seen.Add(table))
                return;
            foreach (var key in table.ForeignKeyConstraints)
                Add((ITable)key.PrincipalTable);
            ordered.Add(table);
        }
    }

    /// <summary>Returns the next number of a table's automatic key, or null if it has none, or none was given yet.</summary>
    public static async Task<long?> NextIdAsync(DispatchDb db, ITable table, CancellationToken cancel)
    {
        if (db is PostgresDispatchDb)
        {
            var sequences = await TextsAsync(db, PostgresSequence, ("table", table.Name), cancel);
            return sequences is [var sequence, ..]
                ? Number(await TextsAsync(db,
                    $"SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END::text FROM {sequence}", null, cancel))
                : null;
        }
        // The table exists once any table has an automatic key.
        return Number(await TextsAsync(db, "SELECT CAST(seq + 1 AS TEXT) FROM sqlite_sequence WHERE name = @table",
            ("table", table.Name), cancel));
    }

    /// <summary>Sets the next number of a table's automatic key.</summary>
    public static async Task SetNextIdAsync(DispatchDb db, string table, long next, CancellationToken cancel)
    {
        if (db is PostgresDispatchDb)
        {
            foreach (var sequence in await TextsAsync(db, PostgresSequence, ("table", table), cancel))
                await db.Database.ExecuteSqlAsync($"SELECT setval({sequence}::regclass, {next}, false)", cancel);
            return;
        }
        if (await db.Database.ExecuteSqlAsync($"UPDATE sqlite_sequence SET seq = {next - 1} WHERE name = {table}", cancel) == 0)
            await db.Database.ExecuteSqlAsync($"INSERT INTO sqlite_sequence (name, seq) VALUES ({table}, {next - 1})", cancel);
    }

    private const string PostgresSequence = """
        SELECT pg_get_serial_sequence(format('%I', table_name), column_name) FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = @table AND is_identity = 'YES'
        """;

    private static long? Number(List<string> texts) => texts is [var text, ..] ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static async Task<List<string>> TextsAsync(
        DispatchDb db, string sql, (string Name, object Value)? parameter, CancellationToken cancel)
    {
        await using var command = parameter is { } given ? db.Command(sql, given) : db.Command(sql);
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        var texts = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            texts.Add(reader.GetString(0));
        return texts;
    }
}
