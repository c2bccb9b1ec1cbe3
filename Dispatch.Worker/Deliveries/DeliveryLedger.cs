using System.Data.Common;
using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// The ledger outside its hot path. Fan-out freezes the audience: one row a reader, pending or excluded. A run leases a chunk,
/// claims and records its deliveries through <see cref="LedgerWriter"/>, and gives the chunk back. A run that is killed leaves a
/// lease that runs out; whoever leases the chunk next finds what was being sent in <see cref="DeliveryState.Claimed"/>, which is
/// uncertain from then on. An issue is sent when nothing is pending, claimed, deferred or uncertain.
/// </summary>
public sealed class DeliveryLedger(DispatchDb db, SentIssues sent, DatabaseClock leases, LiveRuns live, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <summary>So often a mail may end its run without a word. After that a person decides: it may be the mail itself that does it.</summary>
    public const int MostFaults = 3;

    /// <summary>For what takes a second an issue, and may take minutes at a million rows on a slow disk.</summary>
    private const int NoTimeout = 0;

    // Who has not got an issue that has gone out: of those it was meant for, and of those who came since.
    private const string Unreached = """
        "State" IN ('Cancelled', 'Deferred', 'Rejected')
        """;

    private const string Newcomers = """
        FROM "Subscriptions" s JOIN "Subscribers" r ON r."Id" = s."SubscriberId" LEFT JOIN "Suppressions" x ON x."AddressHash" = r."AddressHash"
        WHERE s."NewsletterId" = @newsletter AND s."State" = 'Confirmed' AND x."AddressHash" IS NULL
          AND (s."PausedUntil" IS NULL OR s."PausedUntil" <= @now)
          AND NOT EXISTS (SELECT 1 FROM "Deliveries" d WHERE d."IssueId" = @issue AND d."SubscriberId" = s."SubscriberId")
        """;

    private static readonly TimeSpan CancelWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnalyzeWithin = TimeSpan.FromMinutes(1);

    /// <summary>Writes a row for every confirmed reader of the newsletter, in the caller's transaction.</summary>
    /// <returns>How many chunks there are.</returns>
    public async Task<int> FanOutAsync(int issueId, int newsletterId, CancellationToken cancel)
    {
        db.Database.SetCommandTimeout(NoTimeout);
        await db.EndPausesAsync(clock.GetUtcNow(), cancel);
        var audience = await db.Subscriptions.CountAsync(s => s.NewsletterId == newsletterId && s.State == Subscribers.SubscriptionState.Confirmed, cancel);
        var now = db.Stored(clock.GetUtcNow());
        await ExecuteAsync("""
            INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Reason", "Attempts", "Faults", "UpdatedAt")
            SELECT @issue, s."SubscriberId", 1 + (ROW_NUMBER() OVER (ORDER BY s."SubscriberId") - 1) / @size,
              CASE WHEN x."AddressHash" IS NULL AND s."PausedUntil" IS NULL THEN 'Pending' ELSE 'Excluded' END,
              CASE WHEN x."AddressHash" IS NOT NULL THEN 'Suppressed' WHEN s."PausedUntil" IS NOT NULL THEN 'Paused' END, 0, 0, @now
            FROM "Subscriptions" s JOIN "Subscribers" r ON r."Id" = s."SubscriberId" LEFT JOIN "Suppressions" x ON x."AddressHash" = r."AddressHash"
            WHERE s."NewsletterId" = @newsletter AND s."State" = 'Confirmed'
            """, cancel, ("issue", issueId), ("newsletter", newsletterId), ("size", ChunkSize(audience)), ("now", now));
        var chunks = await ExecuteAsync("""
            INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "NextAttemptAt")
            SELECT DISTINCT "IssueId", "Chunk", FALSE, @now FROM "Deliveries" WHERE "IssueId" = @issue
            """, cancel, ("issue", issueId), ("now", now));
        return chunks;
    }

    /// <summary>
    /// Has the database look at what a fan-out wrote. After its commit: over a large ledger on a cold disk this takes its time, and
    /// without it nothing is wrong.
    /// </summary>
    /// <exception cref="System.Data.Common.DbException">It took too long, or failed otherwise.</exception>
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
    /// Makes everybody due who hasn't got an issue that has gone out: whose delivery was cancelled, refused, or given up after a "later",
    /// and who confirmed since and has not paused. Who is uncertain is left as they are. In the caller's transaction. Not before the last
    /// runs over it are through: they would mark their chunks done by what they saw before. A dead run's name is taken off, so that it
    /// finds nothing of its own when it wakes up.
    /// </summary>
    /// <returns>How many are due now; null: a run over one of its chunks is not through yet.</returns>
    public async Task<int?> ReopenAsync(int issueId, int newsletterId, CancellationToken cancel)
    {
        db.Database.SetCommandTimeout(NoTimeout);
        var leaseNow = await leases.NowAsync(db, cancel);
        if (live.AnyOf(issueId) || await db.DeliveryChunks.AnyAsync(c => c.IssueId == issueId && c.LeasedUntil >= leaseNow, cancel))
            return null;
        await db.EndPausesAsync(clock.GetUtcNow(), cancel); // or a claim would still exclude who is back
        var now = db.Stored(clock.GetUtcNow());
        var audience = await db.Subscriptions.CountAsync(s => s.NewsletterId == newsletterId && s.State == Subscribers.SubscriptionState.Confirmed, cancel);
        var again = await ExecuteAsync("""
            UPDATE "Deliveries" SET "State" = 'Pending', "Attempts" = 0, "FirstAttemptAt" = NULL, "Faults" = 0, "Lost" = 0, "NextAttemptAt" = NULL, "UpdatedAt" = @now
            WHERE "IssueId" = @issue AND
            """ + " " + Unreached, cancel, ("issue", issueId), ("now", now));
        var added = await ExecuteAsync("""
            INSERT INTO "Deliveries" ("IssueId", "SubscriberId", "Chunk", "State", "Attempts", "Faults", "Lost", "UpdatedAt")
            SELECT @issue, s."SubscriberId",
              (SELECT COALESCE(MAX("Number"), 0) FROM "DeliveryChunks" WHERE "IssueId" = @issue) + 1 + (ROW_NUMBER() OVER (ORDER BY s."SubscriberId") - 1) / @size,
              'Pending', 0, 0, 0, @now
            """ + " " + Newcomers, cancel, ("issue", issueId), ("newsletter", newsletterId), ("size", ChunkSize(audience)), ("now", now));
        await ExecuteAsync("""
            INSERT INTO "DeliveryChunks" ("IssueId", "Number", "Done", "NextAttemptAt")
            SELECT DISTINCT d."IssueId", d."Chunk", FALSE, @now FROM "Deliveries" d
            WHERE d."IssueId" = @issue AND NOT EXISTS (SELECT 1 FROM "DeliveryChunks" c WHERE c."IssueId" = d."IssueId" AND c."Number" = d."Chunk")
            """, cancel, ("issue", issueId), ("now", now));
        await ExecuteAsync("""
            UPDATE "DeliveryChunks" SET "Done" = FALSE, "NextAttemptAt" = @now, "QueuedUntil" = NULL, "LeasedBy" = NULL, "LeasedUntil" = NULL
            WHERE "IssueId" = @issue AND EXISTS (SELECT 1 FROM "Deliveries" d WHERE d."IssueId" = @issue AND d."Chunk" = "DeliveryChunks"."Number" AND d."State" = 'Pending')
            """, cancel, ("issue", issueId), ("now", now));
        return again + added;
    }

    /// <summary>How many <see cref="ReopenAsync"/> would make due: by the same conditions, so that what the desk says is what is mailed.</summary>
    public async Task<int> RestAsync(int issueId, int newsletterId, CancellationToken cancel)
    {
        await using var command = Command(
            """SELECT (SELECT COUNT(*) FROM "Deliveries" WHERE "IssueId" = @issue AND """ + Unreached + ") + (SELECT COUNT(*) " + Newcomers + ")",
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

    /// <summary>Takes a chunk for a run; false when another run has it, or there is nothing to do in it now.</summary>
    public async Task<bool> LeaseAsync(int issueId, int chunk, string run, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        var leased = await db.DeliveryChunks
            .Where(c => c.IssueId == issueId && c.Number == chunk && !c.Done && c.NextAttemptAt <= now && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedBy, run).SetProperty(c => c.LeasedUntil, leaseNow + settings.Value.LeaseFor)
                .SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), cancel);
        if (leased == 0)
            return false;
        // What the run before this one was sending when it died.
        await HideAsync(issueId, chunk, settings.Value.Uncertain is UncertainDelivery.Resend ? now : null, now, cancel);
        return true;
    }

    private Task<int> HideAsync(int issueId, int chunk, DateTimeOffset? again, DateTimeOffset now, CancellationToken cancel)
    {
        var claimed = db.Deliveries.Where(d => d.IssueId == issueId && d.Chunk == chunk && d.State == DeliveryState.Claimed);
        return claimed.ExecuteUpdateAsync(set =>
        {
            set.SetProperty(d => d.State, DeliveryState.Uncertain).SetProperty(d => d.Attempts, d => d.Attempts + 1).SetProperty(d => d.Faults, d => d.Faults + 1)
                .SetProperty(d => d.UncertainAt, now).SetProperty(d => d.UpdatedAt, now);
            if (again is { } at)
                set.SetProperty(d => d.NextAttemptAt, d => d.Faults + 1 < MostFaults ? at : null);
        }, cancel); // a claim has left no instant for the next attempt
    }

    /// <summary>False when the lease is no longer this run's.</summary>
    public async Task<bool> RenewAsync(int issueId, int chunk, string run, CancellationToken cancel)
    {
        var until = await leases.NowAsync(db, cancel) + settings.Value.LeaseFor;
        return await db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk && c.LeasedBy == run)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedUntil, until), cancel) == 1;
    }

    /// <summary>Of a chunk that this process can't take just now: another's job is to find it.</summary>
    public Task LeaveToOthersAsync(int issueId, int chunk, CancellationToken cancel) => db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk)
        .ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), cancel);

    /// <summary>What is due in a chunk, in order.</summary>
    public async Task<List<Work>> DueAsync(int issueId, int chunk, CancellationToken cancel)
    {
        // By hand: of all queries this alone reads every reader of every issue. A chunk's readers lie beside each other; told so, no
        // database reads all readers, or all of the issue's rows, to find these.
        var readers = await db.Deliveries.Where(d => d.IssueId == issueId && d.Chunk == chunk).GroupBy(d => d.Chunk)
            .Select(group => new { First = group.Min(d => d.SubscriberId), Last = group.Max(d => d.SubscriberId) }).SingleOrDefaultAsync(cancel);
        await using var command = Command("""
            SELECT d."SubscriberId", d."Attempts", d."UncertainAt", r."AddressHash", r."DomainHash", r."SealedAddress", r."SealedName", r."Language", d."FirstAttemptAt", d."Lost"
            FROM "Deliveries" d LEFT JOIN "Subscribers" r ON r."Id" = d."SubscriberId" AND r."Id" BETWEEN @first AND @last
            WHERE d."IssueId" = @issue AND d."SubscriberId" BETWEEN @first AND @last AND d."Chunk" = @chunk
              AND (d."State" = 'Pending' OR (d."State" IN ('Deferred', 'Uncertain') AND d."NextAttemptAt" <= @now))
            ORDER BY d."SubscriberId"
            """, ("issue", issueId), ("chunk", chunk), ("first", readers?.First ?? 0), ("last", readers?.Last ?? 0), ("now", db.Stored(clock.GetUtcNow())));
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            var due = new List<Work>();
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (reader.Read()) // a chunk is small, and comes at once
                due.Add(new Work(
                    reader.GetInt64(0), reader.GetInt32(1), !reader.IsDBNull(2), Bytes(reader, 3), Bytes(reader, 4), Bytes(reader, 5), Bytes(reader, 6),
                    reader.IsDBNull(7) ? null : reader.GetString(7))
                {
                    FirstAttemptAt = reader.IsDBNull(8) ? null : new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(8), DateTimeKind.Utc)),
                    Lost = reader.GetInt32(9),
                });
            return due;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }

        static byte[]? Bytes(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
    }

    /// <summary>Gives a chunk back: done, or due again at the earliest retry, not before <paramref name="notBefore"/>.</summary>
    public async Task ReleaseAsync(int issueId, int chunk, string run, DateTimeOffset? notBefore)
    {
        var now = clock.GetUtcNow();
        var waiting = await db.Deliveries
            .Where(d => d.IssueId == issueId && d.Chunk == chunk && (d.State == DeliveryState.Pending || d.State == DeliveryState.Claimed || d.State == DeliveryState.Deferred
                || (d.State == DeliveryState.Uncertain && d.NextAttemptAt != null)))
            .GroupBy(d => d.State).Select(group => new { State = group.Key, NextAttemptAt = group.Min(d => d.NextAttemptAt) }).ToListAsync();
        var next = waiting.Count == 0 ? now : waiting.Min(row => row.NextAttemptAt ?? now); // pending ones are due now
        if (notBefore > next)
            next = notBefore.Value;
        await db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk && c.LeasedBy == run)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedBy, (string?)null).SetProperty(c => c.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(c => c.Done, waiting.Count == 0).SetProperty(c => c.NextAttemptAt, next));
    }

    /// <summary>
    /// Marks the issue sent if nothing of it is left to do or to decide. A chunk is done when none of its rows is pending, claimed or
    /// deferred, so only the uncertain ones are looked up besides.
    /// </summary>
    public async Task<bool> FinishAsync(int issueId)
    {
        var now = clock.GetUtcNow();
        return await db.Issues
            .Where(i => i.Id == issueId && i.State == IssueState.Sending && !db.DeliveryChunks.Any(c => c.IssueId == i.Id && !c.Done)
                && !db.Deliveries.UncertainOf(issueId).Any())
            .ExecuteUpdateAsync(set => set.SetProperty(i => i.State, IssueState.Sent)
                .SetProperty(i => i.SentAt, i => i.SentAt ?? now)
                .SetProperty(i => i.RestSentAt, i => i.RestStartedAt == null ? null : (DateTimeOffset?)now).SetProperty(i => i.Trouble, (string?)null)
                .SetProperty(i => i.Decision, i => i.Decision + 1)) == 1;
    }

    /// <summary>How many wait for a person, when nothing else is left of the issue; else zero.</summary>
    public async Task<int> LeftToAPersonAsync(int issueId) => await db.DeliveryChunks.AnyAsync(c => c.IssueId == issueId && !c.Done)
        ? 0
        : await db.Deliveries.UncertainOf(issueId).CountAsync();

    /// <summary>
    /// Ends the deliveries of a cancelled issue that have not begun, chunk by chunk, and no longer than a second: the issue's state, which
    /// is committed by now, is what keeps them from being sent. <see cref="SettleCancelledAsync"/> ends what is left. What is under way is
    /// finished and recorded, and one that is uncertain stays so: it is not sent again, since its issue is not being sent any more.
    /// </summary>
    public async Task CancelAsync(int issueId, CancellationToken cancel)
    {
        var began = clock.GetTimestamp();
        foreach (var chunk in await db.DeliveryChunks.Where(c => c.IssueId == issueId && !c.Done).OrderBy(c => c.Number).Select(c => c.Number).ToListAsync(cancel))
            if (clock.GetElapsedTime(began) > CancelWithin || !await EndAsync(issueId, chunk, over: false, cancel))
                return;
    }

    /// <summary>
    /// Ends what is left of issues that were cancelled: deliveries that had not begun, or came back "later" afterwards, and what was being
    /// sent when its worker died, which no run will find. What a live run holds is left to it, for the next time.
    /// </summary>
    public async Task SettleCancelledAsync(CancellationToken cancel)
    {
        var leaseNow = await leases.NowAsync(db, cancel);
        var left = await db.DeliveryChunks
            .Where(c => !c.Done && (c.LeasedUntil == null || c.LeasedUntil < leaseNow) && db.Issues.Any(i => i.Id == c.IssueId && i.State == IssueState.Cancelled))
            .OrderBy(c => c.IssueId).ThenBy(c => c.Number).Select(c => new { c.IssueId, c.Number }).ToListAsync(cancel);
        foreach (var chunk in left)
            if (!live.Holds(chunk.IssueId, chunk.Number))
                await EndAsync(chunk.IssueId, chunk.Number, over: true, cancel);
    }

    /// <summary>Makes what waits for a relay due at once: somebody says that it takes mail again. In the caller's transaction.</summary>
    public async Task<int> GoOnAsync(int issueId, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        return await db.DeliveryChunks.Where(c => c.IssueId == issueId && !c.Done && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.NextAttemptAt, now).SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), cancel);
    }

    // The issue's row is taken first, and changes nothing: whoever sends the issue to the rest at this moment waits for this chunk, or
    // this finds the issue no longer cancelled.
    private async Task<bool> EndAsync(int issueId, int chunk, bool over, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Issues.Where(i => i.Id == issueId && i.State == IssueState.Cancelled).ExecuteUpdateAsync(set => set.SetProperty(i => i.Decision, i => i.Decision), cancel) == 0)
            return false;
        if (over)
        {
            if (await db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
                .ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, true).SetProperty(c => c.LeasedBy, (string?)null).SetProperty(c => c.LeasedUntil, (DateTimeOffset?)null), cancel) == 0)
                return true; // a run has begun in between, and finds out by itself
            await HideAsync(issueId, chunk, null, now, cancel);
        }
        await db.Deliveries.Where(d => d.IssueId == issueId && d.Chunk == chunk && (d.State == DeliveryState.Pending || d.State == DeliveryState.Deferred))
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Cancelled).SetProperty(d => d.NextAttemptAt, (DateTimeOffset?)null).SetProperty(d => d.UpdatedAt, now), cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>The sums of an issue as it was read: of one that has come to its end they are counted once.</summary>
    public async Task<IssueProgress> ProgressAsync(Issue issue, CancellationToken cancel)
    {
        if (sent.Find(issue) is { } known)
            return known;
        var sums = await ProgressAsync(issue.Id, cancel);
        sent.Keep(issue, sums);
        return sums;
    }

    /// <summary>The sums, straight from the rows: the audience is always the sum of all the rest.</summary>
    public async Task<IssueProgress> ProgressAsync(int issueId, CancellationToken cancel)
    {
        var counts = await db.Deliveries.Where(d => d.IssueId == issueId).GroupBy(d => new { d.State, d.Reason })
            .Select(group => new { group.Key.State, group.Key.Reason, Count = group.Count() }).ToListAsync(cancel);
        int Of(params ReadOnlySpan<DeliveryState> states)
        {
            var sum = 0;
            foreach (var row in counts)
                sum += states.Contains(row.State) ? row.Count : 0;
            return sum;
        }
        return new IssueProgress
        {
            Audience = counts.Sum(row => row.Count),
            Excluded = counts.Where(row => row.State == DeliveryState.Excluded).ToDictionary(row => row.Reason?.ToString().ToLowerInvariant() ?? "other", row => row.Count),
            Pending = Of(DeliveryState.Pending, DeliveryState.Claimed),
            Deferred = Of(DeliveryState.Deferred),
            Accepted = Of(DeliveryState.Accepted),
            Rejected = Of(DeliveryState.Rejected),
            Uncertain = Of(DeliveryState.Uncertain),
            Cancelled = Of(DeliveryState.Cancelled),
        };
    }

    /// <summary>Many chunks for a large audience, so that several workers share it, and none so small that leasing it costs more than mailing it.</summary>
    private static int ChunkSize(int audience) => Math.Clamp(audience / 40, 50, 1000);

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancel, params (string Name, object Value)[] parameters)
    {
        await using var command = Command(sql, parameters);
        command.Transaction = (db.Database.CurrentTransaction as Microsoft.EntityFrameworkCore.Infrastructure.IInfrastructure<DbTransaction>)?.Instance
            ?? throw new InvalidOperationException("Fan-out needs the caller's transaction: the issue's state and its rows change together.");
        command.CommandTimeout = NoTimeout;
        return await command.ExecuteNonQueryAsync(cancel);
    }

    private DbCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        var command = db.Database.GetDbConnection().CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }
        return command;
    }
}

/// <summary>How far an issue has got. <see cref="Audience"/> is the sum of all the rest, always.</summary>
public sealed record IssueProgress
{
    public int Audience { get; init; }

    /// <summary>By reason.</summary>
    public IReadOnlyDictionary<string, int> Excluded { get; init; } = new Dictionary<string, int>();

    /// <summary>Not begun, or under way this moment.</summary>
    public int Pending { get; init; }
    public int Deferred { get; init; }
    public int Accepted { get; init; }
    public int Rejected { get; init; }
    public int Uncertain { get; init; }
    public int Cancelled { get; init; }
}
