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
}
