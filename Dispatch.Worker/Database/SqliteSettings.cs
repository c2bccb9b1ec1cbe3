using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Worker.Database;

/// <summary>
/// Configures every SQLite connection: readers can work beside the one writer (WAL), a reported commit is durable, and erased data is
/// overwritten and not merely unlinked.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    // busy_timeout: SQLite's own wait for the writer first checks again after a millisecond, while the provider's wait, which comes after
    // it, sleeps for 150 milliseconds. synchronous: with NORMAL, a power cut before the next checkpoint could undo what a reader was
    // already told, such as an unsubscription or an erasure.
    private const string Pragmas = "PRAGMA busy_timeout=5000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;";

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
