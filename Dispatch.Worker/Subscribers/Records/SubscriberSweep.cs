using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Confirmations;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>Clears robots' networks that are no longer needed, and ends pauses that are over.</summary>
public sealed class SubscriberSweep(DispatchDb db, TimeProvider clock)
{
    public async Task RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await db.EndPausesAsync(now, stopping);
        await HoneypotLink.ForgetNetworksAsync(db, now, stopping);
    }
}
