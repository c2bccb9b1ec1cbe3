using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Transfer;

/// <summary>A reader to be taken in with many others, and what they get.</summary>
/// <param name="Subscriber">Sealed and hashed; its id is given by the database.</param>
/// <param name="NewsletterId">The newsletter.</param>
/// <param name="State">As which the subscription is taken in.</param>
/// <param name="ConfirmedAt">When the reader confirmed it; null for one that is not confirmed.</param>
public sealed record BulkReader(Subscriber Subscriber, int NewsletterId, SubscriptionState State, DateTimeOffset? ConfirmedAt);

/// <summary>
/// Takes in readers by the hundred thousand, group by group, each group one transaction. It only adds: a reader who is known keeps
/// everything as it is, and a subscription that exists is not touched, whatever its state. So nobody who left is brought back.
/// </summary>
public abstract class BulkReaders(DispatchDb db, string source) : IDisposable
{
    protected string Source => source;

    /// <summary>Opens the way in for many readers at once; disposing of it disposes of the context too.</summary>
    /// <param name="db">Where to.</param>
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

    /// <summary>Takes a group in.</summary>
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
