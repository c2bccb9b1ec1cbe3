using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Transfer;

/// <summary>
/// Adds readers by the hundred thousand. Known readers and existing subscriptions stay as they are, so no reader who has left is brought
/// back.
/// </summary>
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

    /// <summary>Adds readers who are not known yet, and subscriptions of new and known readers.</summary>
    /// <param name="subscribers">The new readers, sealed and hashed. The database assigns their ids.</param>
    /// <param name="subscriptions">The new subscriptions, with the hash of their reader.</param>
    /// <param name="cancel">Cancels the work; the caller rolls back.</param>
    /// <returns>False if some of them existed already, and were left as they are.</returns>
    public abstract Task<bool> InsertAsync(IReadOnlyList<Subscriber> subscribers,
        IReadOnlyList<(byte[] Hash, Subscription Subscription)> subscriptions, CancellationToken cancel);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
