using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// The number of readers who would get an issue now: confirmed, not paused and not suppressed, by the same rules as the fan-out. The query
/// starts from the suppressions, because there are far fewer of them than readers.
/// </summary>
public sealed class ReaderCounts(DispatchDb db, TimeProvider clock)
{
    public async Task<int> OfAsync(int newsletterId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var active = db.Subscriptions.SubscribedTo(newsletterId).NotPausedAt(now);
        var suppressed = from hash in db.SuppressedHashes()
                         join reader in db.Subscribers on hash equals reader.AddressHash
                         join subscription in active on reader.Id equals subscription.SubscriberId
                         select subscription.Id;
        return await active.CountAsync(cancel) - await suppressed.CountAsync(cancel);
    }
}
