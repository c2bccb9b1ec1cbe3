using System.Collections.Concurrent;
using Dispatch.Worker.Database;
using Hangfire.Logging;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Tests.Support.Servers;

/// <summary>A PostgreSQL server: a private one in a temporary folder, or the server in <c>DISPATCH_TEST_POSTGRES</c>.</summary>
/// <remarks>
/// Each database is a copy of a migrated template. After a test it is emptied and used again, because copying and dropping are slow.
/// </remarks>
internal sealed class PostgresCluster : IDisposable
{
    public static readonly Lazy<PostgresCluster?> Shared = new(Find);

    // Ends the sessions that an app has left behind in the middle of something, and returns how many there were.
    private const string EndSessions = """
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
        """;

    // Deletes all rows, resets all sequences, and resets the session.
    private const string Empty = """
        SET session_replication_role = replica;
        SET client_min_messages = warning;
        DO $empty$
        DECLARE part record;
        BEGIN
          FOR part IN SELECT c.oid::regclass::text AS name, c.relkind, pg_relation_size(c.oid) AS size FROM pg_class c
            WHERE c.relnamespace IN ('public'::regnamespace, 'hangfire'::regnamespace) AND c.relname NOT IN ('__EFMigrationsHistory', 'schema')
          LOOP
            IF part.relkind = 'S' THEN
              PERFORM setval(part.name, 1, false);
            ELSIF part.relkind = 'r' AND part.size > 65536 THEN
              EXECUTE 'TRUNCATE ' || part.name || ' CASCADE';
            ELSIF part.relkind = 'r' AND part.size > 0 THEN
              EXECUTE 'DELETE FROM ' || part.name;
            END IF;
          END LOOP;
        END
        $empty$;
        RESET ALL; -- the connection goes back to the pool as it is
        """;

    private const string Schema = """
        SELECT concat_ws(' ',
          (SELECT sum(hashtext(concat(relname, relkind, relnatts))::bigint) FROM pg_class WHERE relnamespace IN ('public'::regnamespace, 'hangfire'::regnamespace)),
          (SELECT sum(hashtext(conname::text)::bigint) FROM pg_constraint), (SELECT sum(hashtext(tgname::text)::bigint) FROM pg_trigger WHERE NOT tgisinternal))
        """;

    private readonly string superuser;
    private readonly Keeper? keeper;
    private readonly HeldPort? port;
    private readonly string? programs;
    private readonly Lazy<(string Name, string Schema)> template;
    private readonly ConcurrentDictionary<string, bool> made = [];
    private readonly ConcurrentBag<string> empty = [];

    private PostgresCluster(string superuser, Keeper? keeper = null, HeldPort? port = null, string? programs = null)
    {
        (this.superuser, this.keeper, this.port, this.programs) = (superuser, keeper, port, programs);
        template = new(MakeTemplate);
    }

    /// <summary>Starts a private server for one test. Returns null if PostgreSQL is not installed.</summary>
    public static async Task<PostgresCluster?> OwnAsync() => Programs() is { } programs ? await StartAsync(programs) : null;

    /// <summary>Restarts a private server. The argument is the mode of <c>pg_ctl -m</c>.</summary>
    public void Restart(string how)
    {
        string data;
        using (var connection = new NpgsqlConnection(superuser + ";Pooling=false"))
        {
            connection.Open();
            using var command = new NpgsqlCommand("SHOW data_directory", connection);
            data = (string)command.ExecuteScalar()!;
        }
        const string script = """
            user=$(stat -c %U "$1"); as=()
            [ "$(id -un)" = "$user" ] || as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
            cd /; "${as[@]}" "$0/pg_ctl" -D "$1" -m "$2" -w -l "$1/../log" restart >/dev/null </dev/null
            """;
        TestProcess.Run("bash", "-c", script, programs ?? throw new InvalidOperationException("expected a private cluster"), data, how);
        foreach (var name in made.Keys)
            ClearPool(name); // drops connections that the restart broke
    }

    /// <summary>Returns a database for one test.</summary>
    /// <param name="migrated">Whether the database has tables. Without tables, a test can run the migrations.</param>
    /// <param name="encoding">The encoding of a database without tables.</param>
    public PostgresDatabase Create(bool migrated = true, string encoding = "UTF8")
    {
        if (migrated && empty.TryTake(out var known))
            return new PostgresDatabase(this, known, ConnectionTo(known), reused: true);
        var name = $"dispatch_test_{Guid.NewGuid():N}";
        made[name] = true;
        Run(migrated ? $"CREATE DATABASE {name} TEMPLATE {template.Value.Name}"
            : $"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE '{(encoding == "UTF8" ? "C.UTF-8" : "C")}' TEMPLATE template0");
        return new PostgresDatabase(this, name, ConnectionTo(name), reused: migrated);
    }

    /// <summary>Empties a database for the next test, or drops it.</summary>
    public void TakeBack(string name, bool reuse)
    {
        if (reuse && TryEmpty(name))
            empty.Add(name);
        else
            Drop(name);
    }

    public void Dispose()
    {
        if (keeper is null)
        {
            foreach (var name in made.Keys)
                Drop(name);
            if (template.IsValueCreated)
                Drop(template.Value.Name);
        }
        keeper?.Dispose();
        port?.Dispose();
    }

    private static PostgresCluster? Find()
    {
        if (Environment.GetEnvironmentVariable("DISPATCH_TEST_POSTGRES") is { Length: > 0 } given)
            return new PostgresCluster(given);
        return Programs() is { } programs ? Task.Run(() => StartAsync(programs)).GetAwaiter().GetResult() : null;
    }

    private static string? Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
        .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private static async Task<PostgresCluster> StartAsync(string programs)
    {
        var port = new HeldPort();
        // PostgreSQL refuses to run as root. Without fsync, a database survives a kill but not a power cut, which is enough for tests.
        const string script = """
            set -e
            folder=$(mktemp -d "$HOME_OF_TESTS/dispatch-postgres-XXXXXX")
            as=()
            if [ "$(id -u)" = 0 ]; then
              user=postgres; id "$user" >/dev/null 2>&1 || user=nobody
              chown "$user" "$folder"
              as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
            fi
            cd "$folder"
            if "${as[@]}" "$PROGRAMS/initdb" -D "$folder/data" -U dispatch --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$folder.log" 2>&1 &&
              "${as[@]}" "$PROGRAMS/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=300 -c timezone=UTC" start >>"$folder.log" 2>&1 </dev/null
            then
              echo ready
              cat >/dev/null
              "${as[@]}" "$PROGRAMS/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1
            else
              cat "$folder.log" "$folder/log" >&2 || true
            fi
            cd /; rm -rf "$folder" "$folder.log"
            """;
        var keeper = await Keeper.StartAsync(script, ("PROGRAMS", programs), ("PORT", $"{port.Number}"),
            ("HOME_OF_TESTS", TemporaryFolder.Home));
        return new PostgresCluster($"Host=127.0.0.1;Port={port.Number};Username=dispatch;Database=postgres", keeper, port, programs);
    }

    private (string Name, string Schema) MakeTemplate()
    {
        var name = $"dispatch_template_{Guid.NewGuid():N}";
        Run($"CREATE DATABASE {name}");
        using (var db = new PostgresDispatchDb(new DbContextOptionsBuilder<PostgresDispatchDb>()
            .UseNpgsql(ConnectionTo(name) + ";Pooling=false").Options))
            db.Database.Migrate();
        using var connection = new NpgsqlConnection(ConnectionTo(name) + ";Pooling=false");
        connection.Open();
        LogProvider.SetCurrentLogProvider(null); // Hangfire's static logger may belong to an app that has ended
        PostgreSqlObjectsInstaller.Install(connection);
        return (name, SchemaOf(connection));
    }

    private bool TryEmpty(string name)
    {
        try
        {
            using var connection = new NpgsqlConnection(ConnectionTo(name));
            connection.Open();
            using var end = new NpgsqlCommand(EndSessions, connection);
            if ((long)end.ExecuteScalar()! > 0)
                ClearPool(name); // the connection of an ended session may be back in the pool
            using var empty = new NpgsqlCommand(Empty, connection);
            empty.ExecuteNonQuery();
            return SchemaOf(connection) == template.Value.Schema;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static string SchemaOf(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand(Schema, connection);
        return (string)command.ExecuteScalar()!;
    }

    private void Drop(string name)
    {
        made.TryRemove(name, out _);
        ClearPool(name);
        Run($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    }

    private string ConnectionTo(string database) =>
        // These settings are the same as Dispatch's, so tests and Dispatch share a connection pool.
        new NpgsqlConnectionStringBuilder(superuser) { Database = database, MaxPoolSize = 30, NoResetOnClose = true, MaxAutoPrepare = 64 }
            .ConnectionString;

    private void ClearPool(string name)
    {
        using var connection = new NpgsqlConnection(ConnectionTo(name));
        NpgsqlConnection.ClearPool(connection);
    }

    private void Run(string statement)
    {
        using var connection = new NpgsqlConnection(superuser);
        connection.Open();
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
    }
}

internal sealed class PostgresDatabase(PostgresCluster cluster, string name, string connectionString, bool reused) : IDisposable
{
    public string ConnectionString => connectionString;

    public void Dispose() => cluster.TakeBack(name, reused);
}
