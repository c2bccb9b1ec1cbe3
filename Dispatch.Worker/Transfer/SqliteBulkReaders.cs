using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.Data.Sqlite;

namespace Dispatch.Worker.Transfer;

/// <summary>Bulk insertion on SQLite: prepared statements, row by row, in the connection's transaction.</summary>
internal sealed class SqliteBulkReaders(SqliteConnection connection) : BulkReaders
{
    private readonly SqliteStatement subscriber = new(connection, """
        INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "SealedName", "SealedFields", "Language", "CreatedAt")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        """);

    private readonly SqliteStatement subscription = new(connection, """
        INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion",
          "UnsubscribedAt", "PausedUntil", "SaidWhy")
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """);

    private readonly SqliteStatement suppression = new(connection, """
        INSERT INTO "Suppressions" ("AddressHash", "Reason", "CreatedAt") VALUES (?1, ?2, ?3)
        """);

    public override Task InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(Subscriber Reader, Subscription Subscription)> subscriptions, CancellationToken cancel)
    {
        foreach (var row in subscribers)
            Insert(row);
        foreach (var (reader, row) in subscriptions)
            Insert(reader.Id, row);
        return Task.CompletedTask;
    }

    public override Task InsertAsync(IReadOnlyList<Suppression> suppressions, CancellationToken cancel)
    {
        foreach (var row in suppressions)
        {
            suppression.Bind(1, row.AddressHash);
            suppression.Bind(2, row.Reason.ToString());
            suppression.Bind(3, row.CreatedAt);
            suppression.Execute();
        }
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        subscriber.Dispose();
        subscription.Dispose();
        suppression.Dispose();
    }

    private void Insert(Subscriber row)
    {
        subscriber.Bind(1, row.AddressHash);
        subscriber.Bind(2, row.SealedAddress);
        subscriber.Bind(3, row.SealedName);
        subscriber.Bind(4, row.SealedFields);
        subscriber.Bind(5, row.Language is null ? null : StorableText.Of(row.Language));
        subscriber.Bind(6, row.CreatedAt);
        row.Id = subscriber.Insert();
    }

    private void Insert(long reader, Subscription row)
    {
        subscription.Bind(1, reader);
        subscription.Bind(2, row.NewsletterId);
        subscription.Bind(3, row.State.ToString());
        subscription.Bind(4, StorableText.Of(row.Source));
        subscription.Bind(5, row.CreatedAt);
        subscription.Bind(6, row.ConfirmedAt);
        subscription.Bind(7, row.ConsentVersion);
        subscription.Bind(8, row.UnsubscribedAt);
        subscription.Bind(9, row.PausedUntil);
        subscription.Bind(10, row.SaidWhy ? 1 : 0);
        subscription.Execute();
    }
}
