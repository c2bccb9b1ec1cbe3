using System.Collections.Concurrent;
using Dispatch.Worker.Database;
using Hangfire.Logging;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Tests.Support;

/// <summary>
/// PostgreSQL for the whole test run: a private cluster in a temporary folder, or the server that <c>DISPATCH_TEST_POSTGRES</c>
/// names; or one for a single test, which may start it anew. Migrations run once, into a template; each test's database is a copy of it.
/// </summary>
internal sealed class PostgresCluster : IDisposable
{
    public static readonly Lazy<PostgresCluster?> Shared = new(Find);

    private readonly string superuser;
    private readonly Keeper? keeper;
    private readonly string? programs;
    private readonly Lazy<string> template;
    private readonly ConcurrentDictionary<string, bool> made = [];
    private readonly Lock dropping = new();
    private Task dropped = Task.CompletedTask;

    private PostgresCluster(string superuser, Keeper? keeper = null, string? programs = null)
    {
        (this.superuser, this.keeper, this.programs) = (superuser, keeper, programs);
        template = new(MakeTemplate);
    }

    /// <summary>A private cluster of one test's own; null where there is no PostgreSQL to start.</summary>
    public static async Task<PostgresCluster?> OwnAsync() => Programs() is { } programs ? await StartAsync(programs) : null;

    /// <summary>Ends a private cluster's server as <c>pg_ctl -m</c> does, and starts it again on the same port.</summary>
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
            ClearPool(name); // this process's are cut
    }

    /// <summary>A database of one test's own; dropped with it.</summary>
    /// <param name="migrated">False: quite empty, for tests of the migrations themselves.</param>
    public PostgresDatabase Create(bool migrated = true)
    {
        var name = $"dispatch_test_{Guid.NewGuid():N}";
        made[name] = true;
        Run(migrated ? $"CREATE DATABASE {name} TEMPLATE {template.Value}" : $"CREATE DATABASE {name}");
        return new PostgresDatabase(this, name, ConnectionTo(name));
    }

    /// <summary>Drops a database behind the test's back, one after another: each takes a checkpoint. A private cluster's last ones go with it.</summary>
    public void Drop(string name)
    {
        made.TryRemove(name, out _);
        ClearPool(name);
        lock (dropping)
            dropped = dropped.ContinueWith(_ => Run($"DROP DATABASE IF EXISTS {name} WITH (FORCE)"), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    public void Dispose()
    {
        if (keeper is null)
        {
            if (template.IsValueCreated)
                Drop(template.Value);
            dropped.GetAwaiter().GetResult();
        }
        keeper?.Dispose();
    }

    private static PostgresCluster? Find()
    {
        if (Environment.GetEnvironmentVariable("DISPATCH_TEST_POSTGRES") is { Length: > 0 } given)
            return new PostgresCluster(given);
        return Programs() is { } programs ? Task.Run(() => StartAsync(programs)).GetAwaiter().GetResult() : null;
    }

    private static string? Programs() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin")).FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private static async Task<PostgresCluster> StartAsync(string programs)
    {
        var port = Ports.Free();
        // PostgreSQL refuses to run as root. Nothing here outlives the test run, so nothing is synced to disk;
        // but a commit is written before it is answered, as it must be for whoever kills the server.
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
              "${as[@]}" "$PROGRAMS/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-p $PORT -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c full_page_writes=off -c max_connections=300 -c timezone=UTC" start >>"$folder.log" 2>&1 </dev/null
            then
              echo ready
              cat >/dev/null
              "${as[@]}" "$PROGRAMS/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1
            else
              cat "$folder.log" "$folder/log" >&2 || true
            fi
            cd /; rm -rf "$folder" "$folder.log"
            """;
        var keeper = await Keeper.StartAsync(script, ("PROGRAMS", programs), ("PORT", $"{port}"), ("HOME_OF_TESTS", TemporaryFolder.Home));
        return new PostgresCluster($"Host=127.0.0.1;Port={port};Username=dispatch;Database=postgres", keeper, programs);
    }

    private string MakeTemplate()
    {
        var name = $"dispatch_template_{Guid.NewGuid():N}";
        Run($"CREATE DATABASE {name}");
        using (var db = new PostgresDispatchDb(new DbContextOptionsBuilder<PostgresDispatchDb>().UseNpgsql(ConnectionTo(name) + ";Pooling=false").Options))
            db.Database.Migrate();
        using var connection = new NpgsqlConnection(ConnectionTo(name) + ";Pooling=false");
        connection.Open();
        LogProvider.SetCurrentLogProvider(null); // Hangfire's is static, and that of an app which is gone by now cannot log any more
        PostgreSqlObjectsInstaller.Install(connection);
        return name;
    }

    private string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder(superuser) { Database = database, MaxPoolSize = 30 }.ConnectionString;

    private void ClearPool(string name)
    {
        using var connection = new NpgsqlConnection(ConnectionTo(name));
        NpgsqlConnection.ClearPool(connection);
    }

    private void Run(string statement)
    {
        using var connection = new NpgsqlConnection(superuser + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(statement, connection);
        command.ExecuteNonQuery();
    }
}

/// <summary>One test's PostgreSQL database.</summary>
internal sealed class PostgresDatabase(PostgresCluster cluster, string name, string connectionString) : IDisposable
{
    public string ConnectionString => connectionString;

    public void Dispose() => cluster.Drop(name);
}
