using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// How many readers an issue would go to now: confirmed, not paused, not suppressed, as the fan-out will see it. There are few suppressions
/// compared with readers, so the lookup starts from the suppressions: a million readers cost one index scan.
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
