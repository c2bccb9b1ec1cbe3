using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

internal static class SubscriberLock
{
    /// <summary>
    /// Serialises changes to one reader: until the transaction ends, nobody else gets past this. False when the reader is gone. It is an
    /// update that changes nothing, since SQLite has no SELECT … FOR UPDATE; whatever is read after it is current.
    /// </summary>
    public static async Task<bool> LockSubscriberAsync(this DispatchDb db, long subscriberId, CancellationToken cancel) =>
        await db.Subscribers.Where(s => s.Id == subscriberId)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.CreatedAt, s => s.CreatedAt), cancel) == 1;
}
