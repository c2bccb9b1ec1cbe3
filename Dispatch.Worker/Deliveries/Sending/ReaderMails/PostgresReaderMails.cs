using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>Records outcomes of messages to individual readers on PostgreSQL.</summary>
internal static class PostgresReaderMails
{
    /// <summary>
    /// Records outcomes in one statement, durable when the task completes. A message whose reader was just erased has no row any more.
    /// </summary>
    public static async Task RecordAsync(IDbContextFactory<DispatchDb> databases, IReadOnlyList<SubscriberMail> mails)
    {
        await using var db = databases.CreateDbContext();
        await using var command = db.Command(
            """
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
        await db.Database.OpenConnectionAsync();
        await command.ExecuteNonQueryAsync();

        T[] Of<T>(Func<SubscriberMail, T> value) => [.. mails.Select(value)];
    }

    private static string? Storable(string? text) => text is null ? null : StorableText.Of(text);
}
