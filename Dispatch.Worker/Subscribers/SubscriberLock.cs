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
}
