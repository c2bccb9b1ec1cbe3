using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A connection reserved for claims and outcomes, with its statements prepared. It belongs to one thread.</summary>
public abstract class LedgerConnection(DispatchDb db) : IDisposable
{
    /// <summary>Records outcomes and claims the next deliveries in one transaction, which is durable when this returns.</summary>
    /// <returns>The result of each claim, in the order of the claims.</returns>
    public abstract ClaimResult[] Exchange(IReadOnlyList<Outcome> outcomes, IReadOnlyList<Claim> claims, DateTimeOffset now);

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

public static class LedgerConnections
{
    /// <summary>How long the ledger waits for another writer on SQLite before it reports trouble and tries again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Opens a connection for claims and outcomes. Disposing the connection disposes this context too.</summary>
    public static LedgerConnection OpenLedger(this DispatchDb db) => db is PostgresDispatchDb ? OpenPostgres(db) : OpenSqlite(db);

    private static SqliteLedger OpenSqlite(DispatchDb db)
    {
        var session = new SqliteSession(db, Patience);
        try
        {
            return new SqliteLedger(db, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static PostgresLedger OpenPostgres(DispatchDb db)
    {
        // Not pooled: a pooled connection has been used asynchronously, and .NET then makes every blocking call on its socket wait for
        // other threads.
        var settings = new NpgsqlConnectionStringBuilder(db.Database.GetConnectionString()) { Pooling = false };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            return new PostgresLedger(db, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
