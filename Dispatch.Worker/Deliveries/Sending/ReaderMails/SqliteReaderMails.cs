using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>Records outcomes of messages to individual readers on SQLite.</summary>
internal sealed class SqliteReaderMails : IDisposable
{
    private readonly SqliteSession session;
    private readonly SqliteStatement record;

    public SqliteReaderMails(IDbContextFactory<DispatchDb> databases)
    {
        using var db = databases.CreateDbContext();
        session = new(db);
        record = session.Prepare(
            """
            UPDATE "SubscriberMails" SET "State" = ?2, "Attempts" = ?3, "FirstAttemptAt" = ?4, "NextAttemptAt" = ?5, "ClaimedUntil" = NULL,
              "ReplyCode" = ?6, "EnhancedCode" = ?7, "ReplyText" = ?8, "UpdatedAt" = ?9,
              "SealedTo" = CASE WHEN ?2 = 'Waiting' THEN "SealedTo" END
            WHERE "Id" = ?1 AND "State" = 'Waiting'
            """);
    }

    /// <summary>Records outcomes, durable when this returns. A message whose reader was just erased has no row any more.</summary>
    public void Record(IReadOnlyList<SubscriberMail> mails) => session.Write(() =>
    {
        foreach (var mail in mails)
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
    });

    public void Dispose() => session.Dispose();
}
