using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace Dispatch.Worker.Database;

/// <summary>
/// Configures every SQLite connection: readers alongside the one writer (WAL), commits that are durable once reported, and erased data that
/// is overwritten and not merely unlinked. The settings stay with the connection while it is in the provider's pool, so it gets them once.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    // busy_timeout: SQLite's own wait for the writer first checks again after a millisecond, while the provider's wait, which comes after
    // it, sleeps for 150 milliseconds. synchronous: with NORMAL, a power cut before the next checkpoint could undo what a reader was
    // already told, such as an unsubscription or an erasure.
    private const string Pragmas = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;";

    private static readonly ConditionalWeakTable<sqlite3, object> Configured = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        var database = ((SqliteConnection)connection).Handle!;
        if (Configured.TryGetValue(database, out _))
            return;
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
        Configured.AddOrUpdate(database, Pragmas);
    }

    // Nothing of SQLite's is asynchronous.
    public override Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        ConnectionOpened(connection, eventData);
        return Task.CompletedTask;
    }
}
