using System.Globalization;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Microsoft.Data.Sqlite;

namespace Dispatch.Worker.Transfer;

/// <summary>Bulk access on SQLite, with prepared statements, row by row, in the connection's transaction.</summary>
internal sealed class SqliteBulkReaders(SqliteConnection connection) : BulkReaders
{
    private readonly SqliteStatement subscriber = new(connection, """
        INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "SealedName", "SealedFields", "Language", "CreatedAt")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT ("AddressHash") DO NOTHING
        """);

    private readonly SqliteStatement subscription = new(connection, """
        INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion",
          "UnsubscribedAt", "PausedUntil", "SaidWhy")
        SELECT "Id", ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, FALSE FROM "Subscribers" WHERE "AddressHash" = ?1
        ON CONFLICT ("SubscriberId", "NewsletterId") DO NOTHING
        """);

    public override Task<bool> InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(byte[] Hash, Subscription Subscription)> subscriptions, CancellationToken cancel) => Task.Run(() =>
    {
        var added = 0;
        foreach (var row in subscribers)
            added += Insert(row);
        foreach (var (hash, row) in subscriptions)
            added += Insert(hash, row);
        return added == subscribers.Count + subscriptions.Count;
    }, cancel);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        subscriber.Dispose();
        subscription.Dispose();
    }

    private int Insert(Subscriber row)
    {
        subscriber.Bind(1, row.AddressHash);
        subscriber.Bind(2, row.SealedAddress);
        subscriber.Bind(3, row.SealedName);
        subscriber.Bind(4, row.SealedFields);
        subscriber.Bind(5, row.Language is null ? null : StorableText.Of(row.Language));
        subscriber.Bind(6, Text(row.CreatedAt));
        return subscriber.Execute();
    }

    private int Insert(byte[] hash, Subscription row)
    {
        subscription.Bind(1, hash);
        subscription.Bind(2, row.NewsletterId);
        subscription.Bind(3, row.State.ToString());
        subscription.Bind(4, StorableText.Of(row.Source));
        subscription.Bind(5, Text(row.CreatedAt));
        subscription.Bind(6, Text(row.ConfirmedAt));
        subscription.Bind(7, row.ConsentVersion);
        subscription.Bind(8, Text(row.UnsubscribedAt));
        subscription.Bind(9, Text(row.PausedUntil));
        return subscription.Execute();
    }

    // The form in which Microsoft.Data.Sqlite stores a DateTime.
    private static string? Text(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
