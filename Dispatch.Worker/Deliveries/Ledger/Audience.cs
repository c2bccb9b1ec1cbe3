using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using static Dispatch.Worker.Subscribers.ActiveSubscriptions;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The readers that an issue goes to, frozen at fan-out. "The rest" are the readers who have not received the issue: members of the
/// audience, and readers who have joined since.
/// </summary>
public sealed class Audience(DispatchDb db, DatabaseClock leases, LiveRuns live, TimeProvider clock)
{
    /// <summary>No time limit: these statements usually take a second, but can take minutes for a million rows on a slow disk.</summary>
    private const int NoTimeout = 0;

    // The members of the audience who have not received the issue, except erased readers.
    private const string Unreached = """
        "SubscriberId" > 0 AND "State" IN ('Cancelled', 'Deferred', 'Rejected')
        """;

    private static readonly string Suppressed = MayBeMailed.SuppressedSql("r.\"AddressHash\"");
    private static readonly string Subscribed = SubscribedSql("s", "@newsletter");
    private static readonly string NotPaused = NotPausedSql("s", "@now");

    private static readonly string Newcomers = $"""
        FROM "Subscriptions" s JOIN "Subscribers" r ON r."Id" = s."SubscriberId"
        WHERE {Subscribed} AND {NotPaused} AND NOT {Suppressed}
          AND NOT EXISTS (SELECT 1 FROM "Deliveries" d WHERE d."IssueId" = @issue AND d."SubscriberId" = s."SubscriberId")
        """;

    private static readonly TimeSpan AnalyzeWithin = TimeSpan.FromMinutes(1);

    /// <summary>Writes a row for every confirmed reader of the newsletter, in the caller's transaction.</summary>
    /// <returns>The number of chunks.</returns>
    public async Task<int> FanOutAsync(int issueId, int newsletterId, CancellationToken cancel)
    {
        db.Database.SetCommandTimeout(NoTimeout);
        var readers = await ReadersAsync(newsletterId, cancel);
        var now = db.Stored(clock.GetUtcNow());
        await ExecuteAsync($"""
            INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "Faults", "Lost", "UpdatedAt")
            SELECT @issue, a."SubscriberId", a.chunk,
              CASE WHEN a.suppressed OR NOT a.active THEN 'Excluded' ELSE 'Pending' END,
              CASE WHEN a.suppressed THEN 'Suppressed' WHEN NOT a.active THEN 'Paused' END, 0, 0, 0, @now
            FROM (SELECT s."SubscriberId", 1 + (ROW_NUMBER() OVER (ORDER BY s."SubscriberId") - 1) / @size AS chunk,
                {Suppressed} AS suppressed, {NotPaused} AS active
              FROM "Subscriptions" s JOIN "Subscribers" r ON r."Id" = s."SubscriberId" WHERE {Subscribed}) AS a
            """, cancel, ("issue", issueId), ("newsletter", newsletterId), ("size", ChunkSize(readers)), ("now", now));
        var chunks = await ExecuteAsync("""
            INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "NextAttemptAt")
            SELECT DISTINCT "IssueId", "Chunk", FALSE, @now FROM "Deliveries" WHERE "IssueId" = @issue
            """, cancel, ("issue", issueId), ("now", now));
        await ExecuteAsync(ChunkTotals.CountSql("TRUE"), cancel, ("issue", issueId));
        return chunks;
    }

    /// <summary>
    /// Has the database analyze the tables that a fan-out filled. Call this after the commit: the analysis can take long, and nothing
    /// depends on it.
    /// </summary>
    /// <exception cref="System.Data.Common.DbException">The analysis took too long, or failed in some other way.</exception>
    public async Task GatherStatisticsAsync(CancellationToken cancel)
    {
        var usual = db.Database.GetCommandTimeout();
        db.Database.SetCommandTimeout(AnalyzeWithin);
        try
        {
            await db.GatherStatisticsAsync(cancel, "Deliveries", "DeliveryChunks");
        }
        finally
        {
            db.Database.SetCommandTimeout(usual);
        }
    }

    /// <summary>
    /// Makes the issue due for every reader who has not received it: readers whose delivery was cancelled, rejected or given up, and
    /// readers who have confirmed since and not paused. Uncertain deliveries are left as they are. Runs in the caller's transaction.
    /// </summary>
    /// <remarks>
    /// Does nothing while a run over the issue is unfinished, since that run would mark its chunk as done without seeing the new rows. Runs
    /// that appear to be dead lose their chunks, so they can claim nothing if they wake up later.
    /// </remarks>
    /// <returns>The number of readers who are now due, or null if a run over one of the issue's chunks is not finished yet.</returns>
    public async Task<int?> ReopenAsync(int issueId, int newsletterId, CancellationToken cancel)
    {
        db.Database.SetCommandTimeout(NoTimeout);
        var leaseNow = await leases.NowAsync(db, cancel);
        if (live.AnyOf(issueId) || await db.DeliveryChunks.AnyAsync(c => c.IssueId == issueId && c.LeasedUntil >= leaseNow, cancel))
            return null;
        var now = db.Stored(clock.GetUtcNow());
        var readers = await ReadersAsync(newsletterId, cancel);
        var again = await ExecuteAsync("""
            UPDATE "Deliveries" SET "State" = 'Pending', "Attempts" = 0, "FirstAttemptAt" = NULL, "Faults" = 0, "Lost" = 0,
              "NextAttemptAt" = NULL,
              "UpdatedAt" = @now
            WHERE "IssueId" = @issue AND
            """ + " " + Unreached, cancel, ("issue", issueId), ("now", now));
        var added = await ExecuteAsync("""
            INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Attempts", "Faults", "Lost", "UpdatedAt")
            SELECT @issue, s."SubscriberId",
              (SELECT COALESCE(MAX("Number"), 0) FROM "DeliveryChunks" WHERE "IssueId" = @issue)
                + 1 + (ROW_NUMBER() OVER (ORDER BY s."SubscriberId") - 1) / @size,
              'Pending', 0, 0, 0, @now
            """ + " " + Newcomers, cancel, ("issue", issueId), ("newsletter", newsletterId), ("size", ChunkSize(readers)), ("now", now));
        await ExecuteAsync("""
            INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "NextAttemptAt")
            SELECT DISTINCT d."IssueId", d."Chunk", FALSE, @now FROM "Deliveries" d
            WHERE d."IssueId" = @issue
              AND NOT EXISTS (SELECT 1 FROM "DeliveryChunks" c WHERE c."IssueId" = d."IssueId" AND c."Number" = d."Chunk")
            """, cancel, ("issue", issueId), ("now", now));
        await ExecuteAsync("""
            UPDATE "DeliveryChunks" SET "Done" = FALSE, "NextAttemptAt" = @now, "QueuedUntil" = NULL,
              "LeasedBy" = NULL, "LeasedUntil" = NULL
            WHERE "IssueId" = @issue AND EXISTS (
              SELECT 1 FROM "Deliveries" d WHERE d."IssueId" = @issue AND d."Chunk" = "DeliveryChunks"."Number" AND d."State" = 'Pending')
            """, cancel, ("issue", issueId), ("now", now));
        await ExecuteAsync(ChunkTotals.CountSql("NOT c.\"Done\""), cancel, ("issue", issueId));
        return again + added;
    }

    /// <summary>Returns how many readers <see cref="ReopenAsync"/> would make due, by the same conditions.</summary>
    public async Task<int> RestAsync(int issueId, int newsletterId, CancellationToken cancel)
    {
        await using var command = db.Command(
            """SELECT (SELECT COUNT(*) FROM "Deliveries" WHERE "IssueId" = @issue AND """
                + Unreached + ") + (SELECT COUNT(*) " + Newcomers + ")",
            ("issue", issueId), ("newsletter", newsletterId), ("now", db.Stored(clock.GetUtcNow())));
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            return Convert.ToInt32(await command.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private Task<int> ReadersAsync(int newsletterId, CancellationToken cancel) =>
        db.Subscriptions.SubscribedTo(newsletterId).CountAsync(cancel);

    /// <summary>
    /// The number of readers in a chunk: small enough that several workers can share a large audience, but large enough that leasing and
    /// ending a chunk costs little compared with mailing it.
    /// </summary>
    private static int ChunkSize(int readers) => Math.Clamp(readers / 40, 50, 2000);

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object Value)[] parameters)
    {
        await using var command = db.Command(sql, parameters);
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction()
            ?? throw new InvalidOperationException(
                "Fan-out needs the caller's transaction: the issue's state and its rows change together.");
        command.CommandTimeout = NoTimeout;
        return await command.ExecuteNonQueryAsync(cancel);
    }
}
