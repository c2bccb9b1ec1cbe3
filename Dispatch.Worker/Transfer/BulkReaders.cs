using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Transfer;

/// <summary>Adds readers by the hundred thousand, within the context's transaction.</summary>
/// <remarks>
/// Nothing is looked up on the way: the caller has found out who is new. If somebody else adds one of the rows first, the insertion throws
/// as any unique index does, and the caller rolls back.
/// </remarks>
public abstract class BulkReaders : IDisposable
{
    /// <summary>Opens bulk access within the context's transaction.</summary>
    public static BulkReaders Within(DispatchDb db)
    {
        _ = db.Database.CurrentTransaction
            ?? throw new InvalidOperationException("expected a transaction: readers are added all together or not at all");
        return db.Database.GetDbConnection() switch
        {
            NpgsqlConnection postgres => new PostgresBulkReaders(postgres),
            var sqlite => new SqliteBulkReaders((SqliteConnection)sqlite),
        };
    }

    /// <summary>Adds new readers and new subscriptions.</summary>
    /// <param name="subscribers">The new readers, sealed and hashed. They get their ids here, whatever id they had before.</param>
    /// <param name="subscriptions">The new subscriptions, each with its reader, who is known or among the new ones.</param>
    /// <param name="cancel">Cancels the work; the caller rolls back.</param>
    public abstract Task InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(Subscriber Reader, Subscription Subscription)> subscriptions, CancellationToken cancel);

    /// <summary>Adds suppressions of addresses that have none.</summary>
    public abstract Task InsertAsync(IReadOnlyList<Suppression> suppressions, CancellationToken cancel);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
