using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Transfer;

/// <summary>A reader to be added with many others, and what they get.</summary>
/// <param name="Subscriber">Sealed and hashed; the database assigns its id.</param>
/// <param name="NewsletterId">The newsletter.</param>
/// <param name="State">The state in which the subscription is added.</param>
/// <param name="ConfirmedAt">When the reader confirmed it; null for one that is not confirmed.</param>
public sealed record BulkReader(Subscriber Subscriber, int NewsletterId, SubscriptionState State, DateTimeOffset? ConfirmedAt);

/// <summary>
/// Adds readers by the hundred thousand, in groups, each group in one transaction. It only adds: a known reader stays as they are, and an
/// existing subscription is not touched, whatever its state. So nobody who left is brought back.
/// </summary>
public abstract class BulkReaders(DispatchDb db, string source) : IDisposable
{
    protected string Source => source;

    /// <summary>Opens bulk access for adding many readers; disposing of it disposes of the context too.</summary>
    /// <param name="db">The database to add to.</param>
    /// <param name="source">Where they come from, as in <c>import</c>.</param>
    public static BulkReaders Open(DispatchDb db, string source)
    {
        db.Database.OpenConnection();
        return db.Database.GetDbConnection() switch
        {
            NpgsqlConnection postgres => new PostgresBulkReaders(db, postgres, source),
            var sqlite => new SqliteBulkReaders(db, (SqliteConnection)sqlite, source),
        };
    }

    /// <summary>Adds a group.</summary>
    /// <returns>How many subscriptions are new.</returns>
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
