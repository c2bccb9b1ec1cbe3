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

    // By the server's process, because connections are pooled. After the server has restarted, a number may come again, and that session
    // then has no limit.
    private readonly ConcurrentDictionary<int, bool> limited = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (IsLimited(connection))
            return;
        using var command = connection.CreateCommand();
        command.CommandText = Limit;
        command.ExecuteNonQuery();
        limited[ProcessOf(connection)] = true;
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsLimited(connection))
            return;
        await using var command = connection.CreateCommand();
        command.CommandText = Limit;
        await command.ExecuteNonQueryAsync(cancellationToken);
        limited[ProcessOf(connection)] = true;
    }

    private bool IsLimited(DbConnection connection) => limited.ContainsKey(ProcessOf(connection));

    private static int ProcessOf(DbConnection connection) => ((NpgsqlConnection)connection).ProcessID;
}
