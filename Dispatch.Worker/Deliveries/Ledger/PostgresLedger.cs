using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Npgsql;
using NpgsqlTypes;
using static Dispatch.Worker.Deliveries.Ledger.ExchangeSql;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// Writes claims and outcomes on PostgreSQL, all in a single statement with arrays as parameters. Npgsql would write the second of two
/// batched statements on another thread, which costs more than the statement itself.
/// </summary>
internal sealed class PostgresLedger : LedgerConnection
{
    // $1 is the current instant, $2 to $13 are the outcomes, $14 to $20 the claims. The statement returns the positions of the claims that
    // succeeded. No delivery may be among both the outcomes and the claims, since one statement can update a row only once.
    // Totals counted before a late outcome no longer hold; while a run holds its chunk, there are none.
    private static readonly string ExchangeSql = $"""
        WITH recorded AS (
          UPDATE "Deliveries" AS d SET "State" = o.state, "Reason" = COALESCE(o.reason, d."Reason"), "Attempts" = o.attempts,
            "FirstAttemptAt" = {FirstAttempt("o.state", "o.attempts")}, "NextAttemptAt" = o.next,
            "UpdatedAt" = CASE WHEN o.state = 'Accepted' THEN date_trunc('hour', $1, 'UTC') ELSE $1 END,
            "Lost" = d."Lost" + CASE WHEN o.uncertain THEN 1 ELSE 0 END,
            "UncertainAt" = CASE WHEN o.uncertain THEN $1 ELSE d."UncertainAt" END, "ReplyCode" = COALESCE(o.code, d."ReplyCode"),
            "EnhancedCode" = CASE WHEN o.code IS NULL THEN d."EnhancedCode" ELSE o.enhanced END,
            "ReplyText" = {ReplyText("o.state", "o.reply")}
          FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            AS o(issue, subscriber, state, reason, attempts, next, uncertain, code, enhanced, reply, chunk, run)
          WHERE d."IssueId" = o.issue AND d."SubscriberId" = o.subscriber AND {MayRecord("o.state", "o.chunk", "o.run")}
        ), uncounted AS (
          UPDATE "DeliveryChunks" AS c SET "Totals" = NULL FROM (SELECT DISTINCT issue, chunk FROM unnest($2, $12) AS o(issue, chunk)) AS o
          WHERE c."IssueId" = o.issue AND c."Number" = o.chunk AND c."Totals" IS NOT NULL
        )
        UPDATE "Deliveries" AS d SET "State" = 'Claimed', "NextAttemptAt" = NULL,
          "FirstAttemptAt" = COALESCE(d."FirstAttemptAt", w.first, $1), "UpdatedAt" = $1
        FROM unnest($14, $15, $16, $17, $18, $19, $20) WITH ORDINALITY AS w(issue, subscriber, chunk, run, newsletter, hash, first, place)
        WHERE d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber AND {MayClaim("w.hash", "w.newsletter", "$1")}
          AND {Held("w.issue", "w.chunk", "w.run")}
        RETURNING w.place
        """;

    private static readonly string ExcludeSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Excluded', "Reason" = {ReasonToExclude("w.hash", "w.newsletter")},
          "NextAttemptAt" = NULL, "UpdatedAt" = $1
        FROM unnest($2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY AS w(issue, subscriber, chunk, run, newsletter, hash, first, place)
        WHERE d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber AND {IsExcluded("w.hash", "w.newsletter", "$1")}
          AND {Held("w.issue", "w.chunk", "w.run")}
        RETURNING w.place
        """;

    private static readonly string MovedSql = $"""
        SELECT w.place
        FROM unnest($2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY AS w(issue, subscriber, chunk, run, newsletter, hash, first, place)
        JOIN "Deliveries" AS d ON d."IssueId" = w.issue AND d."SubscriberId" = w.subscriber
        WHERE {HasMoved("w.hash", "w.newsletter", "$1")} AND {Held("w.issue", "w.chunk", "w.run")}
        """;

    private static readonly NpgsqlDbType[] OutcomeTypes =
    [
        NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer,
            NpgsqlDbType.TimestampTz, NpgsqlDbType.Boolean,
        NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Text,
    ];

    private static readonly NpgsqlDbType[] ClaimTypes =
        [NpgsqlDbType.Integer, NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Integer,
            NpgsqlDbType.Bytea, NpgsqlDbType.TimestampTz];

    private readonly NpgsqlConnection connection;
    private readonly NpgsqlCommand exchange, exclude, moved;

    public PostgresLedger(DispatchDb db, NpgsqlConnection connection) : base(db)
    {
        this.connection = connection;
        exchange = Statement(ExchangeSql, [.. OutcomeTypes, .. ClaimTypes]);
        (exclude, moved) = (Statement(ExcludeSql, ClaimTypes), Statement(MovedSql, ClaimTypes));
        using (var settings = new NpgsqlCommand(ReadByKeys.InSession + "SET enable_bitmapscan = off", connection))
            settings.ExecuteNonQuery();
        exchange.Prepare();
    }

    public override ClaimResult[] Exchange(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        if (claims.Any(claim => outcomes.Any(outcome => outcome.SubscriberId == claim.Work.SubscriberId
            && outcome.IssueId == claim.IssueId)))
        {
            Exchange(outcomes, [], now); // a late run's outcome and the new run's claim can concern the same delivery
            return Exchange([], claims, now);
        }
        exchange.Parameters[0].Value = now;
        Fill(exchange, 1, outcomes);
        Fill(exchange, 1 + OutcomeTypes.Length, claims);
        var answers = new ClaimResult[claims.Count];
        Array.Fill(answers, ClaimResult.Stop);
        foreach (var place in Places(exchange))
            answers[place] = ClaimResult.Granted;
        AskWhy(exclude, ClaimResult.Excluded, answers, claims, now);
        AskWhy(moved, ClaimResult.Moved, answers, claims, now);
        return answers;
    }

    // Runs a statement that returns the claims refused for one reason, and gives these claims the answer for that reason.
    private static void AskWhy(
        NpgsqlCommand statement, ClaimResult answer, ClaimResult[] answers, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        var open = Enumerable.Range(0, answers.Length).Where(place => answers[place] is ClaimResult.Stop).ToArray();
        if (open.Length == 0)
            return;
        statement.Parameters[0].Value = now;
        Fill(statement, 1, [.. open.Select(place => claims[place])]);
        foreach (var place in Places(statement))
            answers[open[place]] = answer;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        exchange.Dispose();
        exclude.Dispose();
        moved.Dispose();
        connection.Dispose();
    }

    private static void Fill(NpgsqlCommand command, int first, IReadOnlyList<Outcome> outcomes)
    {
        Set(command, first, outcomes, outcome => outcome.IssueId);
        Set(command, first + 1, outcomes, outcome => outcome.SubscriberId);
        Set(command, first + 2, outcomes, outcome => outcome.State.ToString());
        Set(command, first + 3, outcomes, outcome => outcome.Reason?.ToString());
        Set(command, first + 4, outcomes, outcome => outcome.Attempts);
        Set(command, first + 5, outcomes, outcome => outcome.NextAttemptAt);
        Set(command, first + 6, outcomes, outcome => outcome.Uncertain);
        Set(command, first + 7, outcomes, outcome => outcome.Reply?.Code);
        Set(command, first + 8, outcomes, outcome => outcome.Reply?.EnhancedCode is { } enhanced ? StorableText.Of(enhanced) : null);
        Set(command, first + 9, outcomes, outcome => outcome.Reply?.Text is { } text ? StorableText.Of(text) : null);
        Set(command, first + 10, outcomes, outcome => outcome.Run?.Chunk);
        Set(command, first + 11, outcomes, outcome => outcome.State is DeliveryState.Accepted or DeliveryState.Rejected
            ? null : outcome.Run?.Lease);
    }

    private static void Fill(NpgsqlCommand command, int first, IReadOnlyList<Claim> claims)
    {
        Set(command, first, claims, claim => claim.IssueId);
        Set(command, first + 1, claims, claim => claim.SubscriberId);
        Set(command, first + 2, claims, claim => claim.Run.Chunk);
        Set(command, first + 3, claims, claim => claim.Run.Lease);
        Set(command, first + 4, claims, claim => claim.Run.Message.NewsletterId);
        Set(command, first + 5, claims, claim => claim.Work.AddressHash);
        Set(command, first + 6, claims, claim => claim.FirstAttemptAt);
    }

    // Runs the command and converts PostgreSQL's positions, which begin at 1, to positions from 0.
    private static List<int> Places(NpgsqlCommand command)
    {
        var places = new List<int>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
            places.Add((int)reader.GetInt64(0) - 1);
        return places;
    }

    private NpgsqlCommand Statement(string sql, IEnumerable<NpgsqlDbType> arrays)
    {
        var command = new NpgsqlCommand(sql, connection)
        {
            Parameters = { new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.TimestampTz } }
        };
        foreach (var type in arrays)
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | type });
        return command;
    }

    private static void Set<TRow, TValue>(NpgsqlCommand command, int parameter, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var index = 0; index < values.Length; index++)
            values[index] = value(rows[index]);
        command.Parameters[parameter].Value = values;
    }
}
