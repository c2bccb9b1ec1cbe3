using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Dispatch.Worker.Database;

/// <summary>
/// Configures every SQLite connection: readers alongside the one writer (WAL), commits that are durable once reported, and erased data
/// overwritten, not merely unlinked.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    // SQLite's own wait for the one writer checks again after a millisecond; the provider's, which comes after it, sleeps 150. FULL: with
    // NORMAL, until the next checkpoint, a power cut can undo what a reader was told, such as an unsubscription or an erasure.
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
