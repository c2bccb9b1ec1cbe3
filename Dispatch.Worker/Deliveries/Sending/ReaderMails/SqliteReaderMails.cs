using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers.Mails;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>Claims messages to individual readers on SQLite, and records their outcomes.</summary>
internal sealed class SqliteReaderMails(SqliteSession session)
{
    private readonly SqliteStatement claimOthers = session.Prepare(ClaimSql(SubscriberMailTable.WaitingOthersSql));
    private readonly SqliteStatement claimConfirmations = session.Prepare(ClaimSql(SubscriberMailTable.WaitingConfirmationsSql));

    private readonly SqliteStatement record = session.Prepare(
        """
        UPDATE "SubscriberMails" SET "State" = ?2, "Attempts" = ?3, "FirstAttemptAt" = ?4, "NextAttemptAt" = ?5, "ClaimedUntil" = NULL,
          "ReplyCode" = ?6, "EnhancedCode" = ?7, "ReplyText" = ?8, "UpdatedAt" = ?9,
          "SealedTo" = CASE WHEN ?2 = 'Waiting' THEN "SealedTo" END
        WHERE "Id" = ?1 AND "State" = 'Waiting'
        """);

    /// <summary>Claims the messages that have been due longest, confirmations last. Returns their ids.</summary>
    public List<long> Claim(DateTimeOffset now, DateTimeOffset until, int most)
    {
        var ids = new List<long>();
        foreach (var claim in new[] { claimOthers, claimConfirmations })
        {
            claim.Bind(1, now);
            claim.Bind(2, until);
            claim.Bind(3, most - ids.Count);
            while (claim.Read())
                ids.Add(claim.Int64At(0));
        }
        return ids;
    }

    /// <summary>Records an outcome. If the message's reader was just erased, there is no row any more.</summary>
    public void Record(SubscriberMail mail)
    {
        record.Bind(1, mail.Id);
        record.Bind(2, mail.State.ToString());
        record.Bind(3, mail.Attempts);
        record.Bind(4, mail.FirstAttemptAt);
        record.Bind(5, mail.NextAttemptAt);
        record.Bind(6, mail.ReplyCode);
        record.Bind(7, mail.EnhancedCode is { } code ? StorableText.Of(code) : null);
        record.Bind(8, mail.ReplyText is { } text ? StorableText.Of(text) : null);
        record.Bind(9, mail.UpdatedAt);
        record.Execute();
    }

    private static string ClaimSql(string which) => $"""
        UPDATE "SubscriberMails" SET "ClaimedUntil" = ?2
        WHERE "Id" IN (
          SELECT "Id" FROM "SubscriberMails" WHERE {which} AND "NextAttemptAt" <= ?1 AND ("ClaimedUntil" IS NULL OR "ClaimedUntil" <= ?1)
          ORDER BY "NextAttemptAt", "Id" LIMIT ?3)
        RETURNING "Id"
        """;
}
