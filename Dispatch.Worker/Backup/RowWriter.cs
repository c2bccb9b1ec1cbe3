using System.Data.Common;
using System.Text.Json;
using Dispatch.Worker.Database;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using NpgsqlTypes;

namespace Dispatch.Worker.Backup;

/// <summary>Writes the rows of a backup into a table, in the caller's transaction.</summary>
internal abstract class RowWriter : IAsyncDisposable
{
    public static async Task<RowWriter> OpenAsync(
        DispatchDb db, string table, IReadOnlyList<BackupColumn> columns, CancellationToken cancel) => db is PostgresDispatchDb
            ? await PostgresRows.OpenAsync((NpgsqlConnection)db.Database.GetDbConnection(), table, columns, cancel)
            : new SqliteRows(db, table, columns);

    /// <summary>Writes a row. Its values are those of <see cref="BackupColumn.Read"/>.</summary>
    public abstract void Write(IReadOnlyList<object?> row);

    /// <summary>Completes the table. Without this, no row may have been written.</summary>
    public abstract Task CompleteAsync(CancellationToken cancel);

    public abstract ValueTask DisposeAsync();

    private static string Names(IEnumerable<BackupColumn> columns) => string.Join(", ", columns.Select(column => $"\"{column.Name}\""));

    private sealed class PostgresRows(NpgsqlBinaryImporter importer, NpgsqlDbType[] types) : RowWriter
    {
        public static async Task<RowWriter> OpenAsync(
            NpgsqlConnection connection, string table, IReadOnlyList<BackupColumn> columns, CancellationToken cancel)
        {
            // COPY converts nothing, so the values must be of the columns' own types.
            var types = new Dictionary<string, NpgsqlDbType>();
            await using (var command = new NpgsqlCommand("""
                SELECT column_name, udt_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1
                """, connection) { Parameters = { new() { Value = table } } })
            await using (var reader = await command.ExecuteReaderAsync(cancel))
                while (await reader.ReadAsync(cancel))
                    types[reader.GetString(0)] = TypeOf(reader.GetString(1));
            return new PostgresRows(
                await connection.BeginBinaryImportAsync($"COPY \"{table}\" ({Names(columns)}) FROM STDIN (FORMAT BINARY)", cancel),
                [.. columns.Select(column => types[column.Name])]);
        }

        private static NpgsqlDbType TypeOf(string name) => name switch
        {
            "int4" => NpgsqlDbType.Integer,
            "int8" => NpgsqlDbType.Bigint,
            "bool" => NpgsqlDbType.Boolean,
            "bytea" => NpgsqlDbType.Bytea,
            "timestamptz" => NpgsqlDbType.TimestampTz,
            "date" => NpgsqlDbType.Date,
            "_int4" => NpgsqlDbType.Array | NpgsqlDbType.Integer,
            "text" or "varchar" => NpgsqlDbType.Text,
            _ => throw new NotSupportedException($"A restored column can't be of type {name}."),
        };

        public override void Write(IReadOnlyList<object?> row)
        {
            importer.StartRow();
            for (var at = 0; at < types.Length; at++)
                switch (row[at])
                {
                    case null:
                        importer.WriteNull();
                        break;
                    case long number when types[at] is NpgsqlDbType.Integer:
                        importer.Write(checked((int)number), types[at]);
                        break;
                    default:
                        importer.Write(row[at], types[at]);
                        break;
                }
        }

        public override async Task CompleteAsync(CancellationToken cancel) => await importer.CompleteAsync(cancel);

        public override ValueTask DisposeAsync() => importer.DisposeAsync();
    }

    private sealed class SqliteRows : RowWriter
    {
        private readonly DbCommand insert;

        public SqliteRows(DispatchDb db, string table, IReadOnlyList<BackupColumn> columns)
        {
            insert = db.Command(
                $"INSERT INTO \"{table}\" ({Names(columns)}) VALUES ({string.Join(", ", columns.Select((_, at) => $"@p{at}"))})");
            insert.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
            for (var at = 0; at < columns.Count; at++)
                insert.Parameters.Add(new SqliteParameter { ParameterName = $"@p{at}" });
            insert.Prepare();
        }

        public override void Write(IReadOnlyList<object?> row)
        {
            for (var at = 0; at < row.Count; at++)
                insert.Parameters[at].Value = row[at] switch
                {
                    null => DBNull.Value,
                    int[] numbers => JsonSerializer.Serialize(numbers),
                    var value => value,
                };
            insert.ExecuteNonQuery();
        }

        public override Task CompleteAsync(CancellationToken cancel) => Task.CompletedTask;

        public override ValueTask DisposeAsync() => insert.DisposeAsync();
    }
}
