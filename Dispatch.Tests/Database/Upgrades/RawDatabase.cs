using System.Data.Common;
using Dispatch.Tests.Support;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Dispatch.Tests.Database.Upgrades;

/// <summary>Reads a database directly, without Dispatch's own code.</summary>
internal static class RawDatabase
{
    /// <summary>Returns the names of the tables, except EF's own.</summary>
    public static IReadOnlyList<string> Tables(this DbConnection connection) =>
    [
        .. connection.Rows(connection is SqliteConnection
            ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
            : "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname")
            .Select(row => row[0]).Where(name => !name.StartsWith("__EF", StringComparison.Ordinal)),
    ];

    public static IEnumerable<string> EmptyTables(this DbConnection connection) =>
        connection.Tables().Where(table => connection.Rows($"SELECT 1 FROM \"{table}\" LIMIT 1").Count == 0);

    /// <summary>Returns the schema as text, and the applied migrations.</summary>
    public static IReadOnlyList<string> Schema(this DbConnection connection) =>
    [
        .. connection.Rows(connection is SqliteConnection
            ? "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '\\_\\_EF%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
            : """
            SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, is_identity)
              FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT concat_ws(' ', relname, reloptions) FROM pg_class
              WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
            """).Select(row => row[0]).Order(StringComparer.Ordinal),
        .. connection.Rows("""SELECT "MigrationId" FROM "__EFMigrationsHistory" ORDER BY 1""").Select(row => row[0]),
    ];

    public static DbConnection Open(Provider provider, string connectionString, TemporaryFolder data)
    {
        DbConnection connection = provider is Provider.Sqlite
            ? new SqliteConnection($"Data Source={data["dispatch.db"]};Pooling=False")
            : new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        return connection;
    }

    /// <summary>Returns the rows of a query, with each value as text.</summary>
    public static List<string[]> Rows(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => $"{reader.GetValue(column)}")]);
        return rows;
    }

    public static void Run(this DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
