using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Microsoft.Data.Sqlite;

namespace Dispatch.Worker.Transfer;

/// <summary>Bulk access on SQLite, with prepared statements, row by row.</summary>
internal sealed class SqliteBulkReaders : BulkReaders
{
    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;
    private readonly SqliteCommand subscriber, subscription;

    public SqliteBulkReaders(SqliteConnection connection, SqliteTransaction transaction)
    {
        (this.connection, this.transaction) = (connection, transaction);
        subscriber = Statement("""
            INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "SealedName", "SealedFields", "Language", "CreatedAt")
            VALUES (@hash, @address, @name, @fields, @language, @at)
            ON CONFLICT ("AddressHash") DO NOTHING
            """, "@hash", "@address", "@name", "@fields", "@language", "@at");
        subscription = Statement("""
            INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "ConsentVersion",
              "UnsubscribedAt", "PausedUntil", "SaidWhy")
            SELECT "Id", @newsletter, @state, @source, @at, @confirmed, @consent, @unsubscribed, @paused, FALSE
            FROM "Subscribers" WHERE "AddressHash" = @hash
            ON CONFLICT ("SubscriberId", "NewsletterId") DO NOTHING
            """, "@newsletter", "@state", "@source", "@at", "@confirmed", "@consent", "@unsubscribed", "@paused", "@hash");
    }

    public override Task<bool> InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(byte[] Hash, Subscription Subscription)> subscriptions, CancellationToken cancel) => Task.Run(() =>
    {
        var added = 0;
        foreach (var row in subscribers)
            added += Execute(subscriber, row.AddressHash, row.SealedAddress, row.SealedName, row.SealedFields, row.Language,
                row.CreatedAt.UtcDateTime);
        foreach (var (hash, row) in subscriptions)
            added += Execute(subscription, row.NewsletterId, row.State.ToString(), row.Source, row.CreatedAt.UtcDateTime,
                row.ConfirmedAt?.UtcDateTime, row.ConsentVersion, row.UnsubscribedAt?.UtcDateTime, row.PausedUntil?.UtcDateTime, hash);
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

    private SqliteCommand Statement(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.Transaction) = (sql, transaction);
        foreach (var name in names)
            command.Parameters.Add(new SqliteParameter(name, null));
        return command;
    }

    private static int Execute(SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
            command.Parameters[index].Value = values[index] is string text ? StorableText.Of(text) : values[index] ?? DBNull.Value;
        return command.ExecuteNonQuery();
    }
}
