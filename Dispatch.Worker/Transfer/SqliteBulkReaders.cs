using Dispatch.Worker.Database;
using Microsoft.Data.Sqlite;

namespace Dispatch.Worker.Transfer;

/// <summary>Bulk access on SQLite, with prepared statements, row by row, in one transaction.</summary>
internal sealed class SqliteBulkReaders : BulkReaders
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand subscriber, subscription;

    public SqliteBulkReaders(DispatchDb db, SqliteConnection connection, string source) : base(db, source)
    {
        this.connection = connection;
        subscriber = Statement("""
            INSERT INTO "Subscribers" ("AddressHash", "SealedAddress", "SealedName", "Language", "CreatedAt")
            VALUES (@hash, @address, @name, @language, @at)
            ON CONFLICT ("AddressHash") DO NOTHING
            """, "@hash", "@address", "@name", "@language", "@at");
        subscription = Statement("""
            INSERT INTO "Subscriptions" ("SubscriberId", "NewsletterId", "State", "Source", "CreatedAt", "ConfirmedAt", "SaidWhy")
            SELECT "Id", @newsletter, @state, @source, @at, @confirmed, FALSE FROM "Subscribers" WHERE "AddressHash" = @hash
            ON CONFLICT ("SubscriberId", "NewsletterId") DO NOTHING
            """, "@newsletter", "@state", "@source", "@at", "@confirmed", "@hash");
    }

    public override Task<int> AddAsync(IReadOnlyList<BulkReader> readers, CancellationToken cancel) => Task.Run(() =>
    {
        using var transaction = connection.BeginTransaction();
        (subscriber.Transaction, subscription.Transaction) = (transaction, transaction);
        var added = 0;
        foreach (var reader in readers)
        {
            var row = reader.Subscriber;
            Execute(subscriber, row.AddressHash, row.SealedAddress, row.SealedName, row.Language, row.CreatedAt.UtcDateTime);
            added += Execute(subscription, reader.NewsletterId, reader.State.ToString(), Source, row.CreatedAt.UtcDateTime,
                reader.ConfirmedAt?.UtcDateTime, row.AddressHash);
        }
        transaction.Commit();
        return added;
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
        command.CommandText = sql;
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
