using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Reports;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The totals that a chunk keeps of its deliveries while no run holds it, so that an issue's progress is the sum of its chunks: a million
/// rows would take a second to count. Whoever changes the state of a delivery outside a run forgets the totals of its chunk, or counts them
/// again, in the same transaction. Deliveries of chunks without totals are counted.
/// </summary>
internal static class ChunkTotals
{
    private const string Kind = """d."State" || CASE WHEN d."State" = 'Excluded' THEN COALESCE('.' || d."Reason", '') ELSE '' END""";

    // Counts the deliveries of chunk c as text, such as "Accepted=998 Excluded.Paused=2".
    public const string Counted = $"""
        (SELECT string_agg(t.kind || '=' || t.number, ' ' ORDER BY t.kind) FROM (
          SELECT {Kind} AS kind, COUNT(*) AS number FROM "Deliveries" d
          WHERE d."IssueId" = c."IssueId" AND d."Chunk" = c."Number" GROUP BY 1) AS t)
        """;

    // By CROSS JOIN, SQLite reads the chunks first; it would rather read all of the issue's deliveries.
    private const string ProgressSql = $"""
        SELECT c."Totals", NULL, COUNT(*) FROM "DeliveryChunks" c
        WHERE c."IssueId" = @issue AND c."Totals" IS NOT NULL GROUP BY c."Totals"
        UNION ALL
        SELECT NULL, {Kind}, COUNT(*)
        FROM "DeliveryChunks" c CROSS JOIN "Deliveries" d
        WHERE c."IssueId" = @issue AND c."Totals" IS NULL AND d."IssueId" = c."IssueId" AND d."Chunk" = c."Number" GROUP BY 2
        """;

    /// <summary>Sets the totals of an issue's chunks for which a condition on the chunk c holds.</summary>
    public static string CountSql(string condition) =>
        $"""UPDATE "DeliveryChunks" AS c SET "Totals" = {Counted} WHERE c."IssueId" = @issue AND {condition}""";

    /// <summary>Sets the totals of a chunk, in the caller's transaction, which has locked the chunk's row by an update.</summary>
    public static async Task CountTotalsAsync(this DispatchDb db, int issueId, int chunk)
    {
        await using var command = db.Command(CountSql("c.\"Number\" = @chunk"), ("issue", issueId), ("chunk", chunk));
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Forgets the totals of chunks. Call this in the transaction that changes their deliveries, after the change.</summary>
    public static Task ForgetTotalsAsync(this DispatchDb db, int issueId, IReadOnlyCollection<int> chunks, CancellationToken cancel) =>
        db.DeliveryChunks.Where(c => c.IssueId == issueId && chunks.Contains(c.Number) && c.Totals != null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Totals, (string?)null), cancel);

    /// <summary>Returns the totals of an issue, all read by one statement, so they always add up.</summary>
    public static async Task<IssueProgress> SumAsync(DispatchDb db, int issueId, CancellationToken cancel)
    {
        var sums = new Dictionary<string, int>();
        await using var command = db.Command(ProgressSql, ("issue", issueId));
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var times = (int)reader.GetInt64(2);
                if (reader.IsDBNull(0))
                    Add(reader.GetString(1), times);
                else
                    foreach (var total in reader.GetString(0).Split(' '))
                        if (total.Split('=') is [var kind, var number])
                            Add(kind, times * int.Parse(number, CultureInfo.InvariantCulture));
            }
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
        return Progress(sums);

        void Add(string kind, int number) => sums[kind] = sums.GetValueOrDefault(kind) + number;
    }

    private static IssueProgress Progress(Dictionary<string, int> sums)
    {
        int Of(params ReadOnlySpan<DeliveryState> states)
        {
            var sum = 0;
            foreach (var state in states)
                sum += sums.GetValueOrDefault(state.ToString());
            return sum;
        }
        const string excluded = nameof(DeliveryState.Excluded);
        return new IssueProgress
        {
            Audience = sums.Values.Sum(),
            Excluded = sums.Where(sum => sum.Key.StartsWith(excluded, StringComparison.Ordinal))
                .ToDictionary(
                    sum => sum.Key[excluded.Length..] is ['.', .. var reason] ? reason.ToLowerInvariant() : "other", sum => sum.Value),
            Pending = Of(DeliveryState.Pending, DeliveryState.Claimed),
            Deferred = Of(DeliveryState.Deferred),
            Accepted = Of(DeliveryState.Accepted),
            Rejected = Of(DeliveryState.Rejected),
            Uncertain = Of(DeliveryState.Uncertain),
            Cancelled = Of(DeliveryState.Cancelled),
        };
    }
}
