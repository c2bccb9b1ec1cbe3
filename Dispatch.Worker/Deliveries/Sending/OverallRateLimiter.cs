using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>Limits this worker's rate over all relays and issues (<see cref="DeliverySettings.MessagesPerSecond"/>).</summary>
public sealed class OverallRateLimiter(IOptions<DeliverySettings> settings, TimeProvider clock)
{
    private readonly RelayRateLimiter pace = new(settings.Value.MessagesPerSecond, clock);

    public bool IsOn => settings.Value.MessagesPerSecond is not null;

    /// <inheritdoc cref="RelayRateLimiter.Wait"/>
    public bool Wait(Func<bool> isOver, bool ahead = false) => pace.Wait(isOver, ahead);
}
