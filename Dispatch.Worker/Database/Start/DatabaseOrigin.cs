using System.Data.Common;
using Dispatch.Worker.Settings;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using SQLitePCL;

namespace Dispatch.Worker.Database.Start;

/// <summary>
/// Checks whether this build may migrate a database. Either the database is empty, or this build knows every migration that was applied and
/// no newer version has started on the database. On PostgreSQL, it must be able to hold any text. A SQLite file is opened read-only, since
/// a normal connection would change its journal.
/// </summary>
internal sealed class DatabaseOrigin(DatabaseChoice choice)
{
    private const string History = "__EFMigrationsHistory";
    private const string PostgresTables = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid)";
    private const string SqliteTables = "SELECT name FROM sqlite_master WHERE type = 'table'";

    /// <summary>What to do to have Dispatch use another database.</summary>
    public string Elsewhere => choice.IsPostgres
        ? $"name an empty database in {DatabaseChoice.Key}" : $"move that file away, or name another folder in {DataFolder.Key}";

    /// <summary>Refuses a database that this build can't migrate.</summary>
    /// <returns>Whether the database is as this build wants it: all migrations are applied, and this version is recorded.</returns>
    /// <exception cref="StartException">The database can't be migrated; the message says why and what to do.</exception>
    public bool Check(DispatchDb db)
    {
        var (fault, isReady) = Look(db);
        return fault is null ? isReady
            : throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) {fault} Nothing was changed in it.");
    }

    /// <summary>Returns why this build can't migrate the database, and what to do about it. Returns null if it can.</summary>
    /// <param name="db">A context for the database, which must exist if it is on a PostgreSQL server.</param>
    public string? Fault(DispatchDb db) => Look(db).Fault;

    /// <summary>
    /// Returns why the database can't be written, and what to do about it. Returns null if it can. A database that can only be read opens
    /// like any other, and each write would fail.
    /// </summary>
    public string? WriteFault(DispatchDb db)
    {
        if (!choice.IsPostgres && !File.Exists(choice.SqliteFile))
            return null;
        try
        {
            db.Database.ExecuteSqlRaw("""DELETE FROM "DatabaseVersions" WHERE 1 = 0"""); // BEGIN IMMEDIATE alone would succeed
            return null;
        }
        catch (SqliteException fault) when (fault.SqliteErrorCode is raw.SQLITE_READONLY)
        {
            return $"can't be written: let the account that runs Dispatch write {choice.SqliteFile}, its folder, and the files beside it "
                + "that end with -wal and -shm.";
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction)
        {
            return $"can only be read, as on a standby: name the primary server in {DatabaseChoice.Key}.";
        }
        catch (PostgresException fault) when (fault.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            return $"can't be written: make the role in {DatabaseChoice.Key} the owner of its tables.";
        }
    }

    /// <summary>Whether none of Dispatch's tables has a row, except for those that tell which version created them.</summary>
    public bool IsEmpty(DispatchDb db)
    {
        db.Database.OpenConnection();
        try
        {
            var connection = db.Database.GetDbConnection();
            var existing = Read(connection, choice.IsPostgres ? PostgresTables : SqliteTables).ToHashSet();
            return db.Model.GetEntityTypes().Select(entity => entity.GetTableName()!).Distinct()
                .Where(table => table is not "DatabaseVersions" && existing.Contains(table))
                .All(table => Read(connection, $"SELECT 'a row' FROM \"{table}\" LIMIT 1").Count == 0);
        }
        finally
        {
            db.Database.CloseConnection();
        }
    }

    private (string? Fault, bool IsReady) Look(DispatchDb db)
    {
        if (choice.IsPostgres)
        {
            db.Database.OpenConnection();
            try
            {
                var server = (NpgsqlConnection)db.Database.GetDbConnection();
                if (server.PostgresParameters["server_encoding"] is var encoding and not "UTF8")
                    return ($"is encoded in {encoding}, which can't hold every text: create one with ENCODING 'UTF8' LOCALE 'C' TEMPLATE "
                        + $"template0, and name it in {DatabaseChoice.Key}.", false);
                return Look(db, server, PostgresTables);
            }
            finally
            {
                db.Database.CloseConnection();
            }
        }
        if (!File.Exists(choice.SqliteFile))
            return (null, false);
        var file = new SqliteConnectionStringBuilder { DataSource = choice.SqliteFile, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        using var connection = new SqliteConnection(file.ConnectionString);
        connection.Open();
        return Look(db, connection, SqliteTables);
    }

    private (string? Fault, bool IsReady) Look(DispatchDb db, DbConnection connection, string tablesSql)
    {
        var tables = Read(connection, tablesSql).ToHashSet();
        var applied = tables.Contains(History) ? Read(connection, $"""SELECT "MigrationId" FROM "{History}" """) : [];
        if (applied.Count == 0)
            return (db.Model.GetEntityTypes().Any(entity => tables.Contains(entity.GetTableName()!))
                ? $"has tables with Dispatch's names that Dispatch did not create: {Elsewhere}." : null, false);
        var versions = tables.Contains("DatabaseVersions") ? Read(connection, """SELECT "Version" FROM "DatabaseVersions" """) : [];
        var newest = versions.Select(Version.Parse).Max();
        if (newest > Version.Parse(ProductVersion.Text))
            return ($"was upgraded by Dispatch {newest}, and this is {ProductVersion.Text}: start that version, "
                + "or restore a backup from before it.", false);
        return applied.Except(db.MigrationIds).Any()
            ? ($"was created by a build that was never released, and can't be upgraded: {Elsewhere}.", false)
            : (null, versions.Contains(ProductVersion.Text) && !db.MigrationIds.Except(applied).Any());
    }

    private static List<string> Read(DbConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<string>();
        while (reader.Read())
            values.Add(reader.GetString(0));
        return values;
    }
}
