using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

internal static class SubscriberLock
{
    /// <summary>
    /// Locks one reader's row until the transaction ends. Returns false if the reader no longer exists. The lock is an update that changes
    /// nothing, because SQLite has no SELECT FOR UPDATE.
    /// </summary>
    public static async Task<bool> LockSubscriberAsync(this DispatchDb db, long subscriberId, CancellationToken cancel) =>
        await db.Subscribers.Where(s => s.Id == subscriberId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.CreatedAt, s => s.CreatedAt), cancel) == 1;

    /// <summary>
    /// Locks several readers' rows until the transaction ends, in the order of their ids, so that no two transactions wait for each other.
    /// With SQLite the transaction, once begun, has locked the whole file.
    /// </summary>
    public static async Task LockSubscribersAsync(this DispatchDb db, IReadOnlyCollection<long> subscriberIds, CancellationToken cancel)
    {
        var ids = subscriberIds.ToArray();
        if (db is PostgresDispatchDb && ids.Length > 0)
            await db.Database.ExecuteSqlAsync(
                $"""SELECT FROM "Subscribers" WHERE "Id" = ANY ({ids}) ORDER BY "Id" FOR NO KEY UPDATE""", cancel);
    }
}
