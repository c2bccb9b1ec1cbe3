using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>This worker's rate over all relays and issues (<see cref="DeliverySettings.MessagesPerSecond"/>).</summary>
public sealed class OverallPace(IOptions<DeliverySettings> settings, TimeProvider clock)
{
    private readonly Pace pace = new(settings.Value.MessagesPerSecond, clock);

    public bool IsOn => settings.Value.MessagesPerSecond is not null;

    /// <inheritdoc cref="Pace.Wait"/>
    public bool Wait(Func<bool> isOver) => pace.Wait(isOver);
}
