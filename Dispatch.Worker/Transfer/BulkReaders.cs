using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Transfer;

/// <summary>Inserts readers by the hundred thousand, in the context's transaction.</summary>
/// <remarks>
/// Nothing is looked up: the caller already knows who is new. If another process inserts one of the rows first, a unique index is violated,
/// and the caller rolls back.
/// </remarks>
public abstract class BulkReaders : IDisposable
{
    /// <summary>Begins bulk insertion in the context's transaction.</summary>
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
    /// <param name="subscribers">The new readers, sealed and hashed. This method sets their ids.</param>
    /// <param name="subscriptions">The new subscriptions, each with its reader, who may be new or known.</param>
    /// <param name="cancel">Cancels the work; the caller rolls back.</param>
    public abstract Task InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(Subscriber Reader, Subscription Subscription)> subscriptions, CancellationToken cancel);

    /// <summary>Adds suppressions of addresses that were not suppressed.</summary>
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
