using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>Claims messages to individual readers on PostgreSQL, and records their outcomes.</summary>
internal static class PostgresReaderMails
{
    /// <summary>
    /// Claims the messages that have been due longest, confirmations last, in the context's transaction, which reads by keys alone from
    /// then on. Returns their ids.
    /// </summary>
    public static async Task<List<long>> ClaimAsync(
        DispatchDb db, DateTimeOffset now, DateTimeOffset until, int most, CancellationToken cancel)
    {
        // Several processes may claim at once. Each skips the rows that another is claiming.
        const string due = """
            "NextAttemptAt" <= @now AND ("ClaimedUntil" IS NULL OR "ClaimedUntil" <= @now) ORDER BY "NextAttemptAt", "Id"
            """;
        await using var command = db.Command(
            $"""
            {ReadByKeys.InTransaction}
            WITH others AS MATERIALIZED (
              SELECT "Id" FROM "SubscriberMails" WHERE {SubscriberMailTable.WaitingOthersSql} AND {due} LIMIT @most
              FOR UPDATE SKIP LOCKED),
            confirmations AS MATERIALIZED (
              SELECT "Id" FROM "SubscriberMails" WHERE {SubscriberMailTable.WaitingConfirmationsSql} AND {due}
              LIMIT @most - (SELECT COUNT(*) FROM others) FOR UPDATE SKIP LOCKED)
            UPDATE "SubscriberMails" SET "ClaimedUntil" = @until
            WHERE "Id" = ANY(ARRAY(SELECT "Id" FROM others UNION ALL SELECT "Id" FROM confirmations))
            RETURNING "Id"
            """, ("now", db.Stored(now)), ("until", db.Stored(until)), ("most", most));
        command.Transaction = db.Database.CurrentTransaction!.GetDbTransaction();
        var ids = new List<long>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            ids.Add(reader.GetInt64(0));
        return ids;
    }

    /// <summary>
    /// Records outcomes in one statement, durable when the task completes. A message whose reader was just erased has no row any more.
    /// </summary>
    public static async Task RecordAsync(IDbContextFactory<DispatchDb> databases, IReadOnlyList<SubscriberMail> mails)
    {
        await using var db = databases.CreateDbContext();
        await using var command = db.Command(
            $"""
            {ReadByKeys.InTransaction}
            UPDATE "SubscriberMails" AS m SET "State" = o.state, "Attempts" = o.attempts, "FirstAttemptAt" = o.first,
              "NextAttemptAt" = o.next, "ClaimedUntil" = NULL, "ReplyCode" = o.code, "EnhancedCode" = o.enhanced, "ReplyText" = o.reply,
              "UpdatedAt" = o.at, "SealedTo" = CASE WHEN o.state = 'Waiting' THEN m."SealedTo" END
            FROM unnest(@ids, @states, @attempts, @firsts, @nexts, @codes, @enhanced, @replies, @ats)
              AS o(id, state, attempts, first, next, code, enhanced, reply, at)
            WHERE m."Id" = o.id AND m."State" = 'Waiting'
            """,
            ("ids", Of(mail => mail.Id)), ("states", Of(mail => mail.State.ToString())), ("attempts", Of(mail => mail.Attempts)),
            ("firsts", Of(mail => mail.FirstAttemptAt?.ToUniversalTime())), ("nexts", Of(mail => mail.NextAttemptAt.ToUniversalTime())),
            ("codes", Of(mail => mail.ReplyCode)), ("enhanced", Of(mail => Storable(mail.EnhancedCode))),
            ("replies", Of(mail => Storable(mail.ReplyText))), ("ats", Of(mail => mail.UpdatedAt.ToUniversalTime())));
        await using var transaction = await db.Database.BeginTransactionAsync();
        command.Transaction = transaction.GetDbTransaction();
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();

        T[] Of<T>(Func<SubscriberMail, T> value) => [.. mails.Select(value)];
    }

    private static string? Storable(string? text) => text is null ? null : StorableText.Of(text);
}
