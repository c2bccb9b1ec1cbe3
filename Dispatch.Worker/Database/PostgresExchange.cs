using Dispatch.Worker.Deliveries;
using Npgsql;
using NpgsqlTypes;
using static Dispatch.Worker.Database.ExchangeSql;

namespace Dispatch.Worker.Database;

/// <summary>PostgreSQL: each statement takes all rows at once as arrays, so a group costs one round trip a statement.</summary>
internal static class PostgresExchange
{
    private static readonly string RecordSql = $"""
        UPDATE "Deliveries" AS d SET "State" = o.state, "Attempts" = o.attempts, "NextAttemptAt" = o.next, "UpdatedAt" = @now,
          "UncertainAt" = CASE WHEN o.uncertain THEN @now ELSE d."UncertainAt" END, "ReplyCode" = COALESCE(o.code, d."ReplyCode"),
          "EnhancedCode" = CASE WHEN o.code IS NULL THEN d."EnhancedCode" ELSE o.enhanced END, "ReplyText" = COALESCE(o.reply, d."ReplyText")
        FROM unnest(@issues, @subscribers, @states, @attempts, @nexts, @uncertains, @codes, @enhanceds, @replies)
          AS o(issue, subscriber, state, attempts, next, uncertain, code, enhanced, reply)
        WHERE d."IssueId" = o.issue AND d."SubscriberId" = o.subscriber AND {MayRecord("o.state")}
        """;

    private static readonly string ClaimSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Claimed', "NextAttemptAt" = NULL, "UpdatedAt" = @now
        FROM unnest(@issues, @subscribers, @runs) AS w(issue, subscriber, run)
        WHERE d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber AND {Open} AND {Held("w.run")} AND {Subscribed} AND NOT {Suppressed}
        RETURNING d."IssueId", d."SubscriberId"
        """;

    private static readonly string ExcludeSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Excluded', "Reason" = {ReasonToExclude}, "NextAttemptAt" = NULL, "UpdatedAt" = @now
        FROM unnest(@issues, @subscribers, @runs) AS w(issue, subscriber, run)
        WHERE d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber AND {Open} AND {Held("w.run")} AND (NOT {Subscribed} OR {Suppressed})
        RETURNING d."IssueId", d."SubscriberId"
        """;

    public static async Task<ClaimAnswer[]> RunAsync(NpgsqlConnection connection, IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        await using var transaction = await connection.BeginTransactionAsync();
        if (outcomes.Count > 0)
            await RecordAsync(connection, outcomes, now);
        var answers = claims.Count > 0 ? await AnswerAsync(connection, claims, now) : [];
        await transaction.CommitAsync();
        return answers;
    }

    private static async Task RecordAsync(NpgsqlConnection connection, IReadOnlyList<Outcome> outcomes, DateTimeOffset now)
    {
        await using var command = new NpgsqlCommand(RecordSql, connection);
        command.Parameters.AddWithValue("now", now);
        Add(command, "issues", NpgsqlDbType.Integer, outcomes, outcome => outcome.IssueId);
        Add(command, "subscribers", NpgsqlDbType.Bigint, outcomes, outcome => outcome.SubscriberId);
        Add(command, "states", NpgsqlDbType.Text, outcomes, outcome => outcome.State.ToString());
        Add(command, "attempts", NpgsqlDbType.Integer, outcomes, outcome => outcome.Attempts);
        Add(command, "nexts", NpgsqlDbType.TimestampTz, outcomes, outcome => outcome.NextAttemptAt);
        Add(command, "uncertains", NpgsqlDbType.Boolean, outcomes, outcome => outcome.Uncertain);
        Add(command, "codes", NpgsqlDbType.Integer, outcomes, outcome => outcome.Reply?.Code);
        Add(command, "enhanceds", NpgsqlDbType.Text, outcomes, outcome => outcome.Reply?.EnhancedCode);
        Add(command, "replies", NpgsqlDbType.Text, outcomes, outcome => outcome.Reply?.Text);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<ClaimAnswer[]> AnswerAsync(NpgsqlConnection connection, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        var granted = await KeysAsync(connection, ClaimSql, claims, now);
        var refused = claims.Where(claim => !granted.Contains((claim.IssueId, claim.SubscriberId))).ToList();
        var excluded = refused.Count > 0 ? await KeysAsync(connection, ExcludeSql, refused, now) : [];
        return [.. claims.Select(claim => (claim.IssueId, claim.SubscriberId)).Select(key =>
            granted.Contains(key) ? ClaimAnswer.Granted : excluded.Contains(key) ? ClaimAnswer.Excluded : ClaimAnswer.Stop)];
    }

    private static async Task<HashSet<(int, long)>> KeysAsync(NpgsqlConnection connection, string sql, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("now", now);
        Add(command, "issues", NpgsqlDbType.Integer, claims, claim => claim.IssueId);
        Add(command, "subscribers", NpgsqlDbType.Bigint, claims, claim => claim.SubscriberId);
        Add(command, "runs", NpgsqlDbType.Text, claims, claim => claim.Run);
        var keys = new HashSet<(int, long)>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            keys.Add((reader.GetInt32(0), reader.GetInt64(1)));
        return keys;
    }

    private static void Add<TRow, TValue>(NpgsqlCommand command, string name, NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value) =>
        command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type) { Value = rows.Select(value).ToArray() });
}
