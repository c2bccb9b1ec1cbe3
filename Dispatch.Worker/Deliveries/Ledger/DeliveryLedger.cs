using System.Data.Common;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Reports;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The ledger's operations, except claims and outcomes (see <see cref="LedgerWriter"/>). A run leases a chunk here and gives it back at the
/// end. If a run is killed, its lease expires, and the next run to lease the chunk marks rows that are still in
/// <see cref="DeliveryState.Claimed"/> as uncertain.
/// </summary>
public sealed class DeliveryLedger(
    DispatchDb db, ProgressCache sent, DatabaseClock leases, IOptions<DeliverySettings> settings, TimeProvider clock)
{
    /// <summary>
    /// How often a run may claim a delivery and end without recording an outcome. After that a person decides, since the message itself may
    /// be the cause.
    /// </summary>
    public const int MostFaults = 3;

    /// <summary>Leases a chunk to a run. Returns false if another run holds the chunk, or if nothing in it is due.</summary>
    public async Task<bool> LeaseAsync(int issueId, int chunk, string run, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        var leased = await db.DeliveryChunks
            .Where(c => c.IssueId == issueId && c.Number == chunk && !c.Done && c.NextAttemptAt <= now
                && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedBy, run)
                .SetProperty(c => c.LeasedUntil, leaseNow + settings.Value.LeaseFor)
                .SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null).SetProperty(c => c.Totals, (string?)null), cancel);
        if (leased == 0)
            return false;
        // If the previous run died, its claimed deliveries are still marked as claimed.
        var again = settings.Value.Uncertain is UncertainDelivery.Resend ? now : (DateTimeOffset?)null;
        await db.MarkClaimedUncertainAsync(issueId, chunk, again, now, cancel, run);
        return true;
    }

    /// <summary>Extends a run's lease. Returns false if the run no longer holds the chunk.</summary>
    public async Task<bool> RenewAsync(int issueId, int chunk, string run, CancellationToken cancel)
    {
        var until = await leases.NowAsync(db, cancel) + settings.Value.LeaseFor;
        return await db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk && c.LeasedBy == run)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedUntil, until), cancel) == 1;
    }

    /// <summary>
    /// Marks a chunk as not queued, because its job has ended without a run. The marks of an issue that is being mailed count for long, so
    /// one that stayed would keep other workers from the issue.
    /// </summary>
    public Task LeaveToOthersAsync(int issueId, int chunk, CancellationToken cancel) =>
        db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk)
        .ExecuteUpdateAsync(set => set.SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), cancel);

    /// <summary>Returns the deliveries of a chunk that are due, in the order of their readers' numbers.</summary>
    public async Task<List<DueDelivery>> DueAsync(int issueId, int chunk, CancellationToken cancel)
    {
        // Raw SQL, because no other query reads as many readers. Bounds on the readers' numbers keep the database from reading all readers.
        // Erased readers, whose numbers are negative, are not excluded in WHERE: SQLite would then read all of the issue's rows.
        var readers = await db.Deliveries.Where(d => d.IssueId == issueId && d.Chunk == chunk).GroupBy(d => d.Chunk)
            .Select(group => new
            {
                First = group.Min(d => d.SubscriberId > 0 ? d.SubscriberId : long.MaxValue),
                Last = group.Max(d => d.SubscriberId),
            })
            .SingleOrDefaultAsync(cancel);
        await using var command = db.Command("""
            SELECT d."SubscriberId", d."Attempts", d."UncertainAt", r."AddressHash", r."SealedAddress", r."SealedName", r."Language",
              d."FirstAttemptAt", d."Lost", r."SealedFields"
            FROM "Deliveries" d LEFT JOIN "Subscribers" r ON r."Id" = d."SubscriberId" AND r."Id" BETWEEN @first AND @last
            WHERE d."IssueId" = @issue AND d."SubscriberId" BETWEEN @first AND @last AND d."Chunk" = @chunk
              AND (d."State" = 'Pending' OR (d."State" IN ('Deferred', 'Uncertain') AND d."NextAttemptAt" <= @now))
            ORDER BY d."SubscriberId"
            """,
            ("issue", issueId), ("chunk", chunk), ("first", readers?.First ?? 0), ("last", readers?.Last ?? 0),
            ("now", db.Stored(clock.GetUtcNow())));
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            var due = new List<DueDelivery>();
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (reader.Read()) // synchronous: a chunk is small, and its rows arrive all at once
                due.Add(new DueDelivery(
                    reader.GetInt64(0), reader.GetInt32(1), !reader.IsDBNull(2), Bytes(reader, 3), Bytes(reader, 4), Bytes(reader, 5),
                    reader.IsDBNull(6) ? null : reader.GetString(6))
                {
                    FirstAttemptAt = Instant(reader, 7),
                    Lost = reader.GetInt32(8),
                    SealedFields = Bytes(reader, 9),
                });
            return due;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }

        static DateTimeOffset? Instant(DbDataReader reader, int column) =>
            reader.IsDBNull(column) ? null : new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(column), DateTimeKind.Utc));

        static byte[]? Bytes(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);
    }

    /// <summary>
    /// Defers deliveries until their provider's pause ends, if the run still holds the chunk. They count no attempt, but their retry window
    /// begins.
    /// </summary>
    internal async Task PutOffAsync(int issueId, int chunk, string run, IReadOnlyList<(long SubscriberId, DateTimeOffset Until)> putOff)
    {
        if (putOff.Count == 0 || !await db.DeliveryChunks.AnyAsync(c => c.IssueId == issueId && c.Number == chunk && c.LeasedBy == run))
            return;
        var now = clock.GetUtcNow();
        foreach (var group in putOff.GroupBy(one => one.Until))
        {
            var readers = group.Select(one => one.SubscriberId).ToList(); // a chunk is small
            var rows = db.Deliveries.Where(d => d.IssueId == issueId && readers.Contains(d.SubscriberId));
            await rows.Where(d => d.State == DeliveryState.Deferred || (d.State == DeliveryState.Uncertain && d.NextAttemptAt != null))
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.NextAttemptAt, group.Key).SetProperty(d => d.UpdatedAt, now));
            await rows.Where(d => d.State == DeliveryState.Pending)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Deferred)
                    .SetProperty(d => d.NextAttemptAt, group.Key)
                    .SetProperty(d => d.FirstAttemptAt, d => d.FirstAttemptAt ?? now).SetProperty(d => d.UpdatedAt, now));
        }
    }

    /// <summary>
    /// Gives a chunk back. The chunk is then done, or due again at the earliest retry, but not before <paramref name="notBefore"/>.
    /// </summary>
    public async Task ReleaseAsync(int issueId, int chunk, string run, DateTimeOffset? notBefore)
    {
        var now = clock.GetUtcNow();
        var waiting = await db.Deliveries
            .Where(d => d.IssueId == issueId && d.Chunk == chunk
                && (d.State == DeliveryState.Pending || d.State == DeliveryState.Claimed || d.State == DeliveryState.Deferred
                || (d.State == DeliveryState.Uncertain && d.NextAttemptAt != null)))
            .GroupBy(d => d.State).Select(group => new { State = group.Key, NextAttemptAt = group.Min(d => d.NextAttemptAt) })
                .ToListAsync();
        var next = waiting.Count == 0 ? now : waiting.Min(row => row.NextAttemptAt ?? now); // a pending row has no time: it is due now
        if (notBefore > next)
            next = notBefore.Value;
        await using var transaction = await db.Database.BeginTransactionAsync();
        var released = await db.DeliveryChunks.Where(c => c.IssueId == issueId && c.Number == chunk && c.LeasedBy == run)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.LeasedBy, (string?)null)
                .SetProperty(c => c.LeasedUntil, (DateTimeOffset?)null).SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null)
                .SetProperty(c => c.Done, waiting.Count == 0).SetProperty(c => c.NextAttemptAt, next));
        if (released == 1)
            await db.CountTotalsAsync(issueId, chunk);
        else // this run's last outcomes may have come after another run counted
            await db.ForgetTotalsAsync(issueId, [chunk], CancellationToken.None);
        await transaction.CommitAsync();
    }

    /// <summary>
    /// Marks the issue as sent if nothing is left to do or decide. A chunk that is done has no pending, claimed or deferred rows, so only
    /// the chunks and the uncertain rows are checked.
    /// </summary>
    public async Task<bool> FinishAsync(int issueId)
    {
        var now = clock.GetUtcNow();
        var through = db.Issues.Where(i => i.Id == issueId && !db.Set<DeliveryChunk>().Any(c => c.IssueId == i.Id && !c.Done)
            && !db.Set<Delivery>().UncertainOf(issueId).Any());
        return await IssueTransition.Finish.ExecuteAsync(through, set => set.SetProperty(i => i.SentAt, i => i.SentAt ?? now)
            .SetProperty(i => i.RestSentAt, i => i.RestStartedAt == null ? null : (DateTimeOffset?)now)
            .SetProperty(i => i.LastError, (string?)null)) == 1;
    }

    /// <summary>Returns how many deliveries wait for a person, or zero while other deliveries of the issue are unfinished.</summary>
    public async Task<int> LeftToAPersonAsync(int issueId) => await db.DeliveryChunks.AnyAsync(c => c.IssueId == issueId && !c.Done)
        ? 0
        : await db.Deliveries.UncertainOf(issueId).CountAsync();

    /// <summary>Makes every chunk that waits for a relay due at once. Runs in the caller's transaction.</summary>
    public async Task<int> GoOnAsync(int issueId, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        return await db.DeliveryChunks.Where(c => c.IssueId == issueId && !c.Done && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.NextAttemptAt, now)
                .SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), cancel);
    }

    /// <summary>Returns the totals of an issue. The totals of a finished issue are counted once and then cached.</summary>
    public async Task<IssueProgress> ProgressAsync(Issue issue, CancellationToken cancel)
    {
        if (sent.Find(issue) is { } known)
            return known;
        var sums = await ProgressAsync(issue.Id, cancel);
        sent.Keep(issue, sums);
        return sums;
    }

    /// <summary>Returns the totals of an issue. The audience is always the sum of the other totals.</summary>
    public Task<IssueProgress> ProgressAsync(int issueId, CancellationToken cancel) => ChunkTotals.SumAsync(db, issueId, cancel);
}
