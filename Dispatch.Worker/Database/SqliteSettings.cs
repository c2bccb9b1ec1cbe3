using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Worker.Database;

/// <summary>
/// Every SQLite connection: readers beside the one writer (WAL), what was committed durable when that is said, and erased data
/// overwritten, not merely unlinked.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    // SQLite's own waiting for the one writer looks again after a millisecond; the provider's, which comes after it, sleeps 150.
    // FULL: with NORMAL a power cut takes back what a reader was told, an unsubscription or an erasure, until the next checkpoint.
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
