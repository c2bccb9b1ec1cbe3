using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>
/// Limits how long a session may hold its locks without a word. A process that is suspended in the middle of a transaction, or whose
/// machine has lost its power, would otherwise keep all others waiting until the server notices, which takes two hours by default.
/// </summary>
internal sealed class PostgresSettings : DbConnectionInterceptor
{
    private const string Limit = "SET idle_in_transaction_session_timeout = '60s'";

    private readonly ConcurrentDictionary<int, bool> limited = []; // by the server process, since connections are pooled

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (!limited.TryAdd(((NpgsqlConnection)connection).ProcessID, true))
            return;
        using var command = connection.CreateCommand();
        command.CommandText = Limit;
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (!limited.TryAdd(((NpgsqlConnection)connection).ProcessID, true))
            return;
        await using var command = connection.CreateCommand();
        command.CommandText = Limit;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
