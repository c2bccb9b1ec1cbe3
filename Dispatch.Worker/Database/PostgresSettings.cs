using System.Data;
using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>
/// Limits how long a session may hold its locks without a word. A process that is suspended in the middle of a transaction, or whose
/// machine has lost its power, would otherwise keep all others waiting until the server notices, which takes two hours by default. The
/// limit is shorter than both a lease and the time that a command waits for a lock.
/// </summary>
internal sealed class PostgresSettings : DbConnectionInterceptor
{
    private const string Limit = "SET idle_in_transaction_session_timeout = '15s'";

    // Connections are pooled and not reset, so each is set once. Of each there is one object of the parameters that its server reported.
    private readonly ConditionalWeakTable<IReadOnlyDictionary<string, string>, object> limited = [];

    /// <summary>Sets the limit whenever a connection is opened whose pool resets its sessions, such as those of Hangfire.</summary>
    public static void LimitWhenOpened(NpgsqlConnection connection) => connection.StateChange += (_, change) =>
    {
        if (change is not { OriginalState: ConnectionState.Closed, CurrentState: ConnectionState.Open })
            return;
        using var command = new NpgsqlCommand(Limit, connection);
        command.ExecuteNonQuery();
    };

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (IsLimited(connection))
            return;
        using var command = connection.CreateCommand();
        command.CommandText = Limit;
        command.ExecuteNonQuery();
        Note(connection);
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsLimited(connection))
            return;
        await using var command = connection.CreateCommand();
        command.CommandText = Limit;
        await command.ExecuteNonQueryAsync(cancellationToken);
        Note(connection);
    }

    private bool IsLimited(DbConnection connection) => limited.TryGetValue(Physical(connection), out _);

    private void Note(DbConnection connection) => limited.AddOrUpdate(Physical(connection), limited);

    private static IReadOnlyDictionary<string, string> Physical(DbConnection connection) =>
        ((NpgsqlConnection)connection).PostgresParameters;
}
