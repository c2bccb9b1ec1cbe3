using Dispatch.Worker.Deliveries;
using Npgsql;
using NpgsqlTypes;
using static Dispatch.Worker.Database.ExchangeSql;

namespace Dispatch.Worker.Database;

/// <summary>PostgreSQL: each statement takes all rows at once as arrays, and all statements go in one round trip, which is one transaction.</summary>
internal sealed class PostgresLedger : LedgerConnection
{
    private static readonly string RecordSql = $"""
        UPDATE "Deliveries" AS d SET "State" = o.state, "Reason" = COALESCE(o.reason, d."Reason"), "Attempts" = o.attempts, "NextAttemptAt" = o.next, "UpdatedAt" = $1,
          "UncertainAt" = CASE WHEN o.uncertain THEN $1 ELSE d."UncertainAt" END, "ReplyCode" = COALESCE(o.code, d."ReplyCode"),
          "EnhancedCode" = CASE WHEN o.code IS NULL THEN d."EnhancedCode" ELSE o.enhanced END, "ReplyText" = COALESCE(o.reply, d."ReplyText")
        FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
          AS o(issue, subscriber, state, reason, attempts, next, uncertain, code, enhanced, reply)
        WHERE d."IssueId" = o.issue AND d."SubscriberId" = o.subscriber AND {MayRecord("o.state")}
        """;

    private static readonly string ClaimSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Claimed', "NextAttemptAt" = NULL, "UpdatedAt" = $1
        FROM unnest($2, $3, $4, $5, $6, $7) AS w(issue, subscriber, chunk, run, newsletter, hash)
        WHERE d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber AND {Open} AND {Held("w.issue", "w.chunk", "w.run")} AND {Subscribed("w.newsletter")} AND NOT {Suppressed("w.hash")}
        RETURNING d."IssueId", d."SubscriberId"
        """;

    private static readonly string ExcludeSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Excluded', "Reason" = {ReasonToExclude("w.hash", "w.newsletter")}, "NextAttemptAt" = NULL, "UpdatedAt" = $1
        FROM unnest($2, $3, $4, $5, $6, $7) AS w(issue, subscriber, chunk, run, newsletter, hash)
        WHERE d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber AND {Open} AND {Held("w.issue", "w.chunk", "w.run")} AND (NOT {Subscribed("w.newsletter")} OR {Suppressed("w.hash")})
        RETURNING d."IssueId", d."SubscriberId"
        """;

    private static readonly NpgsqlDbType[] RecordTypes =
    [
        NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.TimestampTz, NpgsqlDbType.Boolean,
        NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Text,
    ];

    private static readonly NpgsqlDbType[] ClaimTypes = [NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Bytea];

    // A few rows by their keys, always: the planner must not take another road because statistics of a table just filled are missing,
    // nor think it over again at each execution.
    private const string ByKeysAlone = "SET plan_cache_mode = force_generic_plan; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off";

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlBatch exchange, exclusion;
    private readonly NpgsqlBatchCommand record, claim, exclude;

    public PostgresLedger(DispatchDb db, NpgsqlConnection connection) : base(db)
    {
        this.connection = connection;
        (record, claim, exclude) = (Statement(RecordSql, RecordTypes), Statement(ClaimSql, ClaimTypes), Statement(ExcludeSql, ClaimTypes));
        exchange = new NpgsqlBatch(connection) { BatchCommands = { record, claim } };
        exclusion = new NpgsqlBatch(connection) { BatchCommands = { exclude } };
        using (var settings = new NpgsqlCommand(ByKeysAlone, connection))
            settings.ExecuteNonQuery();
        exchange.Prepare();
    }

    public override ClaimAnswer[] Exchange(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        Fill(record, now, outcomes);
        Fill(claim, now, claims);
        var granted = Keys(exchange);
        var refused = claims.Where(claim => !granted.Contains((claim.IssueId, claim.SubscriberId))).ToList();
        var excluded = new HashSet<(int, long)>();
        if (refused.Count > 0)
        {
            Fill(exclude, now, refused);
            excluded = Keys(exclusion);
        }
        return [.. claims.Select(claim => (claim.IssueId, claim.SubscriberId)).Select(key =>
            granted.Contains(key) ? ClaimAnswer.Granted : excluded.Contains(key) ? ClaimAnswer.Excluded : ClaimAnswer.Stop)];
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        exchange.Dispose();
        exclusion.Dispose();
        connection.Dispose();
    }

    private static void Fill(NpgsqlBatchCommand command, DateTimeOffset now, IReadOnlyList<Outcome> outcomes)
    {
        command.Parameters[0].Value = now;
        Set(command, 1, outcomes, outcome => outcome.IssueId);
        Set(command, 2, outcomes, outcome => outcome.SubscriberId);
        Set(command, 3, outcomes, outcome => outcome.State.ToString());
        Set(command, 4, outcomes, outcome => outcome.Reason?.ToString());
        Set(command, 5, outcomes, outcome => outcome.Attempts);
        Set(command, 6, outcomes, outcome => outcome.NextAttemptAt);
        Set(command, 7, outcomes, outcome => outcome.Uncertain);
        Set(command, 8, outcomes, outcome => outcome.Reply?.Code);
        Set(command, 9, outcomes, outcome => outcome.Reply?.EnhancedCode);
        Set(command, 10, outcomes, outcome => outcome.Reply?.Text);
    }

    private static void Fill(NpgsqlBatchCommand command, DateTimeOffset now, IReadOnlyList<Claim> claims)
    {
        command.Parameters[0].Value = now;
        Set(command, 1, claims, claim => claim.IssueId);
        Set(command, 2, claims, claim => claim.SubscriberId);
        Set(command, 3, claims, claim => claim.Run.Chunk);
        Set(command, 4, claims, claim => claim.Run.Lease);
        Set(command, 5, claims, claim => claim.Run.Message.NewsletterId);
        Set(command, 6, claims, claim => claim.Work.AddressHash);
    }

    private static HashSet<(int, long)> Keys(NpgsqlBatch batch)
    {
        var keys = new HashSet<(int, long)>();
        using var reader = batch.ExecuteReader();
        do
        {
            while (reader.Read())
                keys.Add((reader.GetInt32(0), reader.GetInt64(1)));
        }
        while (reader.NextResult());
        return keys;
    }

    private static NpgsqlBatchCommand Statement(string sql, IEnumerable<NpgsqlDbType> arrays)
    {
        var command = new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz } } };
        foreach (var type in arrays)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        return command;
    }

    private static void Set<TRow, TValue>(NpgsqlBatchCommand command, int parameter, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var index = 0; index < values.Length; index++)
            values[index] = value(rows[index]);
        command.Parameters[parameter].Value = values;
    }
}
