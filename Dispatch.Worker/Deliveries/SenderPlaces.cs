using Dispatch.Worker.Relays;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// As many places as the relays have connections, for all chunks of this process together: whoever claims a delivery has a
/// connection for it, so no more deliveries are ever claimed than can be under way.
/// </summary>
public sealed class SenderPlaces(RelayPool relays) : IDisposable
{
    private readonly SemaphoreSlim places = new(relays.Connections);

    public int Count => relays.Connections;

    /// <summary>A place to be disposed of; null when stopping.</summary>
    public async Task<IDisposable?> TakeAsync(CancellationToken stopping)
    {
        try
        {
            await places.WaitAsync(stopping);
            return new Place(places);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose() => places.Dispose();

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }
}
