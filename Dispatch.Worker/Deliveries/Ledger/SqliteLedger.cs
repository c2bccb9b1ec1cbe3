using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Deliveries.Sending;
using static Dispatch.Worker.Deliveries.Ledger.ExchangeSql;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// Writes claims and outcomes on SQLite: prepared statements, row by row in one transaction, which is the fastest way with a single writer.
/// </summary>
internal sealed class SqliteLedger : LedgerConnection
{
    private static readonly string RecordSql = $"""
        UPDATE "Deliveries" AS d SET "State" = ?4, "Reason" = COALESCE(?5, "Reason"), "Attempts" = ?6,
          "FirstAttemptAt" = {FirstAttempt("?4", "?6")}, "NextAttemptAt" = ?7, "UpdatedAt" = ?14,
          "UncertainAt" = CASE WHEN ?8 THEN ?1 ELSE "UncertainAt" END,
          "Lost" = "Lost" + CASE WHEN ?8 THEN 1 ELSE 0 END, "ReplyCode" = COALESCE(?9, "ReplyCode"),
          "EnhancedCode" = CASE WHEN ?9 IS NULL THEN "EnhancedCode" ELSE ?10 END, "ReplyText" = {ReplyText("?4", "?11")}
        WHERE d."IssueId" = ?2 AND d."SubscriberId" = ?3 AND {MayRecord("?4", "?12", "?13")}
        """;

    private const string UncountSql =
        """UPDATE "DeliveryChunks" SET "Totals" = NULL WHERE "IssueId" = ?1 AND "Number" = ?2 AND "Totals" IS NOT NULL""";

    private static readonly string HeldSql = $"SELECT 1 WHERE {Held("?1", "?2", "?3")}";

    private static readonly string ClaimSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Claimed', "NextAttemptAt" = NULL,
          "FirstAttemptAt" = COALESCE("FirstAttemptAt", ?6), "UpdatedAt" = ?1
        WHERE d."IssueId" = ?2 AND d."SubscriberId" = ?3 AND {MayClaim("?5", "?4", "?1")}
        """;

    private static readonly string ExcludeSql = $"""
        UPDATE "Deliveries" AS d SET "State" = 'Excluded', "Reason" = {ReasonToExclude("?5", "?4")},
          "NextAttemptAt" = NULL, "UpdatedAt" = ?1
        WHERE d."IssueId" = ?2 AND d."SubscriberId" = ?3 AND {IsExcluded("?5", "?4", "?1")}
        """;

    private static readonly string MovedSql =
        $"""SELECT 1 FROM "Deliveries" AS d WHERE d."IssueId" = ?2 AND d."SubscriberId" = ?3 AND {HasMoved("?5", "?4", "?1")}""";

    private readonly SqliteSession session;
    private readonly SqliteStatement record, uncount, held, claim, exclude, moved;
    private readonly Dictionary<ChunkRun, bool> holding = [];

    public SqliteLedger(DispatchDb db, SqliteSession session) : base(db)
    {
        this.session = session;
        (record, uncount, held) = (session.Prepare(RecordSql), session.Prepare(UncountSql), session.Prepare(HeldSql));
        (claim, exclude, moved) = (session.Prepare(ClaimSql), session.Prepare(ExcludeSql), session.Prepare(MovedSql));
    }

    public override ClaimResult[] Exchange(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now)
    {
        var answers = new ClaimResult[claims.Count];
        session.Write(() =>
        {
            var (at, hour) = (Text(now), Text(RoundedInstants.HourOf(now)));
            foreach (var outcome in outcomes)
                Record(outcome, at, hour);
            foreach (var run in outcomes.Select(outcome => outcome.Run).OfType<ChunkRun>().Distinct())
                ForgetTotals(run);
            holding.Clear();
            for (var index = 0; index < claims.Count; index++)
                answers[index] = Answer(claims[index], at, now);
        });
        return answers;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            session.Dispose();
    }

    private void Record(Outcome outcome, string at, string hour)
    {
        record.Bind(1, at);
        record.Bind(2, outcome.IssueId);
        record.Bind(3, outcome.SubscriberId);
        record.Bind(4, outcome.State.ToString());
        record.Bind(5, outcome.Reason?.ToString());
        record.Bind(6, outcome.Attempts);
        record.Bind(7, outcome.NextAttemptAt is { } next ? Text(next) : null);
        record.Bind(8, outcome.Uncertain ? 1 : 0);
        record.Bind(9, outcome.Reply?.Code);
        record.Bind(10, outcome.Reply?.EnhancedCode is { } enhanced ? StorableText.Of(enhanced) : null);
        record.Bind(11, outcome.Reply?.Text is { } text ? StorableText.Of(text) : null);
        record.Bind(12, outcome.Run?.Chunk);
        record.Bind(13, outcome.Run?.Lease);
        record.Bind(14, outcome.State is DeliveryState.Accepted ? hour : at);
        record.Execute();
    }

    // Totals counted before a late outcome no longer hold. While a run holds a chunk, there are none.
    private void ForgetTotals(ChunkRun run)
    {
        uncount.Bind(1, run.IssueId);
        uncount.Bind(2, run.Chunk);
        uncount.Execute();
    }

    private ClaimResult Answer(Claim wanted, string at, DateTimeOffset now)
    {
        if (!IsHeld(wanted.Run))
            return ClaimResult.Stop;
        claim.Bind(6, Text(wanted.FirstAttemptAt ?? now));
        return Execute(claim, wanted, at) == 1 ? ClaimResult.Granted
            : Execute(exclude, wanted, at) == 1 ? ClaimResult.Excluded
            : IsMoved(wanted, at) ? ClaimResult.Moved : ClaimResult.Stop;
    }

    private bool IsMoved(Claim wanted, string at)
    {
        Bind(moved, wanted, at);
        return moved.Any();
    }

    // One check per run is enough: nobody else can write during this transaction.
    private bool IsHeld(ChunkRun run)
    {
        if (holding.TryGetValue(run, out var known))
            return known;
        held.Bind(1, run.IssueId);
        held.Bind(2, run.Chunk);
        held.Bind(3, run.Lease);
        return holding[run] = held.Any();
    }

    private static int Execute(SqliteStatement statement, Claim wanted, string at)
    {
        Bind(statement, wanted, at);
        return statement.Execute();
    }

    private static void Bind(SqliteStatement statement, Claim wanted, string at)
    {
        statement.Bind(1, at);
        statement.Bind(2, wanted.IssueId);
        statement.Bind(3, wanted.SubscriberId);
        statement.Bind(4, wanted.Run.Message.NewsletterId);
        statement.Bind(5, wanted.Work.AddressHash);
    }

    private static string Text(DateTimeOffset instant) =>
        instant.UtcDateTime.ToString(SqliteStatement.InstantFormat, CultureInfo.InvariantCulture);
}
