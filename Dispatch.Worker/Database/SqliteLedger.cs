using Dispatch.Worker.Deliveries;
using Microsoft.Data.Sqlite;
using static Dispatch.Worker.Database.ExchangeSql;

namespace Dispatch.Worker.Database;

/// <summary>SQLite has one writer: prepared statements in one transaction, row by row, are its fastest way.</summary>
internal sealed class SqliteLedger : LedgerConnection
{
    private static readonly string RecordSql = $"""
        UPDATE "Deliveries" AS d SET "State" = @state, "Reason" = COALESCE(@reason, "Reason"), "Attempts" = @attempts, "NextAttemptAt" = @next, "UpdatedAt" = @now,
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

    private readonly SqliteConnection connection;
    private readonly SqliteCommand record, claim, exclude;

    public SqliteLedger(DispatchDb db, SqliteConnection connection) : base(db)
    {
        this.connection = connection;
        record = Statement(RecordSql, "@now", "@issue", "@subscriber", "@state", "@reason", "@attempts", "@next", "@uncertain", "@code", "@enhanced", "@text");
        claim = Statement(ClaimSql, "@now", "@issue", "@subscriber", "@run");
        exclude = Statement(ExcludeSql, "@now", "@issue", "@subscriber", "@run");
    }

    public override ClaimAnswer[] Exchange(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        using var transaction = connection.BeginTransaction();
        (record.Transaction, claim.Transaction, exclude.Transaction) = (transaction, transaction, transaction);
        var at = now.UtcDateTime;
        foreach (var outcome in outcomes)
            Execute(record, at, outcome.IssueId, outcome.SubscriberId, outcome.State.ToString(), outcome.Reason?.ToString(), outcome.Attempts,
                outcome.NextAttemptAt?.UtcDateTime, outcome.Uncertain, outcome.Reply?.Code, outcome.Reply?.EnhancedCode, outcome.Reply?.Text);
        var answers = new ClaimAnswer[claims.Count];
        for (var index = 0; index < claims.Count; index++)
        {
            var (issue, subscriber, run) = claims[index];
            answers[index] = Execute(claim, at, issue, subscriber, run) == 1 ? ClaimAnswer.Granted : Execute(exclude, at, issue, subscriber, run) == 1 ? ClaimAnswer.Excluded : ClaimAnswer.Stop;
        }
        transaction.Commit();
        return answers;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        record.Dispose();
        claim.Dispose();
        exclude.Dispose();
    }

    private SqliteCommand Statement(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
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
