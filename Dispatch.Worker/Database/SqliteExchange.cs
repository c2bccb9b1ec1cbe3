using Dispatch.Worker.Deliveries;
using Microsoft.Data.Sqlite;
using static Dispatch.Worker.Database.ExchangeSql;

namespace Dispatch.Worker.Database;

/// <summary>SQLite has one writer: prepared statements in one transaction, row by row, are its fastest way.</summary>
internal static class SqliteExchange
{
    private static readonly string RecordSql = $"""
        UPDATE "Deliveries" AS d SET "State" = @state, "Attempts" = @attempts, "NextAttemptAt" = @next, "UpdatedAt" = @now,
          "UncertainAt" = CASE WHEN @uncertain THEN @now ELSE "UncertainAt" END, "ReplyCode" = COALESCE(@code, "ReplyCode"),
          "EnhancedCode" = CASE WHEN @code IS NULL THEN "EnhancedCode" ELSE @enhanced END, "ReplyText" = COALESCE(@text, "ReplyText")
        WHERE d."IssueId" = @issue AND d."SubscriberId" = @subscriber AND {MayRecord("@state")}
        """;

    private static readonly string ClaimSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Claimed', "NextAttemptAt" = NULL, "UpdatedAt" = @now
        WHERE d."IssueId" = @issue AND d."SubscriberId" = @subscriber AND {Open} AND {Held("@run")} AND {Subscribed} AND NOT {Suppressed}
        """;

    private static readonly string ExcludeSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Excluded', "Reason" = {ReasonToExclude}, "NextAttemptAt" = NULL, "UpdatedAt" = @now
        WHERE d."IssueId" = @issue AND d."SubscriberId" = @subscriber AND {Open} AND {Held("@run")} AND (NOT {Subscribed} OR {Suppressed})
        """;

    public static ClaimAnswer[] Run(SqliteConnection connection, IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, object now)
    {
        using var transaction = connection.BeginTransaction();
        using (var record = Statement(connection, transaction, RecordSql, "@now", "@issue", "@subscriber", "@state", "@attempts", "@next", "@uncertain", "@code", "@enhanced", "@text"))
            foreach (var outcome in outcomes)
                Execute(record, now, outcome.IssueId, outcome.SubscriberId, outcome.State.ToString(), outcome.Attempts,
                    outcome.NextAttemptAt?.UtcDateTime, outcome.Uncertain, outcome.Reply?.Code, outcome.Reply?.EnhancedCode, outcome.Reply?.Text);
        using var claim = Statement(connection, transaction, ClaimSql, "@now", "@issue", "@subscriber", "@run");
        using var exclude = Statement(connection, transaction, ExcludeSql, "@now", "@issue", "@subscriber", "@run");
        var answers = new ClaimAnswer[claims.Count];
        for (var index = 0; index < claims.Count; index++)
        {
            object?[] key = [now, claims[index].IssueId, claims[index].SubscriberId, claims[index].Run];
            answers[index] = Execute(claim, key) == 1 ? ClaimAnswer.Granted : Execute(exclude, key) == 1 ? ClaimAnswer.Excluded : ClaimAnswer.Stop;
        }
        transaction.Commit();
        return answers;
    }

    private static SqliteCommand Statement(SqliteConnection connection, SqliteTransaction transaction, string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        (command.Transaction, command.CommandText) = (transaction, sql);
        foreach (var name in names)
            command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    private static int Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
            command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command.ExecuteNonQuery();
    }
}
