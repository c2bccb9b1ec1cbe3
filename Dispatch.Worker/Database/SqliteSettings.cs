using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Dispatch.Worker.Database;

/// <summary>
/// Configures every SQLite connection: readers alongside the one writer (WAL), commits that are durable once reported, and erased data that
/// is overwritten. A connection keeps its settings while it is in the provider's pool.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    // busy_timeout: SQLite first retries after a millisecond, the provider only after 150. synchronous: with NORMAL, a power cut could undo
    // a commit about which a reader was already told, such as an unsubscribe or an erasure.
    private const string Pragmas = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;";

    private static readonly ConditionalWeakTable<sqlite3, object> Configured = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var database = ((SqliteConnection)connection).Handle!;
        if (Configured.TryGetValue(database, out _))
            return;
        Configure(connection);
        Configured.AddOrUpdate(database, Pragmas);
    }

    /// <summary>Configures an open connection.</summary>
    public static void Configure(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    // SQLite has no asynchronous calls.
    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
