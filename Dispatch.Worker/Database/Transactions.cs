using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Database;

internal static class Transactions
{
    /// <summary>
    /// Begins a transaction. Returns null if the caller has already begun one: the caller's commit then covers everything.
    /// </summary>
    public static async Task<IDbContextTransaction?> BeginOrJoinAsync(this DatabaseFacade database, CancellationToken cancel) =>
        database.CurrentTransaction is null ? await database.BeginTransactionAsync(cancel) : null;

    /// <summary>Commits a transaction that <see cref="BeginOrJoinAsync"/> began; does nothing for null.</summary>
    public static Task CommitOwnAsync(this IDbContextTransaction? own, CancellationToken cancel) =>
        own is null ? Task.CompletedTask : own.CommitAsync(cancel);

    /// <summary>Lets the current transaction wait without limit between two statements (<see cref="PostgresSettings"/>).</summary>
    public static async Task AllowSilenceAsync(this DispatchDb db, CancellationToken cancel)
    {
        if (db is PostgresDispatchDb)
            await db.Database.ExecuteSqlRawAsync("SET LOCAL idle_in_transaction_session_timeout = 0", cancel);
    }

    /// <summary>Begins a transaction that sees the database at one moment and blocks no writers, however long it takes.</summary>
    public static async Task<IAsyncDisposable> ReadOneMomentAsync(this DispatchDb db, CancellationToken cancel)
    {
        if (db is PostgresDispatchDb)
        {
            var moment = await db.Database.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
            await db.AllowSilenceAsync(cancel); // it holds no locks that others need, and whoever fetches what is read may be slow
            return moment;
        }
        await db.Database.OpenConnectionAsync(cancel);
        var reading = ((SqliteConnection)db.Database.GetDbConnection()).BeginTransaction(deferred: true); // EF would begin one that writes
        await db.Database.UseTransactionAsync(reading, cancel);
        return new SqliteMoment(db, reading);
    }

    // EF ends no transaction that it has not begun.
    private sealed class SqliteMoment(DispatchDb db, SqliteTransaction reading) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await db.Database.UseTransactionAsync(null);
            await reading.DisposeAsync();
            await db.Database.CloseConnectionAsync();
        }
    }
}
