using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Transfer;

/// <summary>A reader to be added together with many others, with a subscription.</summary>
/// <param name="Subscriber">The reader, sealed and hashed. The database assigns the id.</param>
/// <param name="NewsletterId">The newsletter.</param>
/// <param name="State">The state in which the subscription is added.</param>
/// <param name="ConfirmedAt">When the reader confirmed the subscription, or null if it is not confirmed.</param>
public sealed record BulkReader(Subscriber Subscriber, int NewsletterId, SubscriptionState State, DateTimeOffset? ConfirmedAt);

/// <summary>
/// Adds readers by the hundred thousand, with one transaction for each group. Known readers and existing subscriptions stay as they are, so
/// no reader who has left is brought back.
/// </summary>
public abstract class BulkReaders(DispatchDb db, string source) : IDisposable
{
    protected string Source => source;

    /// <summary>Opens bulk access. Disposing of it disposes of the context too.</summary>
    /// <param name="db">The database to add to.</param>
    /// <param name="source">The readers' source, such as <c>import</c>.</param>
    public static BulkReaders Open(DispatchDb db, string source)
    {
        db.Database.OpenConnection();
        return db.Database.GetDbConnection() switch
        {
            NpgsqlConnection postgres => new PostgresBulkReaders(db, postgres, source),
            var sqlite => new SqliteBulkReaders(db, (SqliteConnection)sqlite, source),
        };
    }

    /// <summary>Adds a group of readers.</summary>
    /// <returns>The number of new subscriptions.</returns>
    public abstract Task<int> AddAsync(IReadOnlyList<BulkReader> readers, CancellationToken cancel);

    public void Dispose()
    {
        Dispose(true);
        db.Dispose();
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
