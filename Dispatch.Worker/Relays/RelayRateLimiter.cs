namespace Dispatch.Worker.Relays;

/// <summary>Spaces messages evenly at a given rate per second. If the rate is null, there is no limit.</summary>
internal sealed class RelayRateLimiter(double? perSecond, TimeProvider clock)
{
    /// <summary>How often a waiting caller checks whether its wait is still needed.</summary>
    private static readonly TimeSpan LookUp = TimeSpan.FromMilliseconds(100);

    private readonly Lock taking = new();
    private readonly PriorityQueue<long, long> returned = new(); // future turns of callers that gave up
    private long nextAt;

    /// <summary>Waits for the next message's turn.</summary>
    /// <returns>False if <paramref name="isOver"/> returned true before the turn came.</returns>
    public bool Wait(Func<bool>? isOver = null)
    {
        if (perSecond is not { } rate)
            return true;
        long turn;
        lock (taking)
        {
            var now = clock.GetTimestamp();
            while (returned.TryPeek(out var gone, out _) && gone < now)
                returned.Dequeue();
            if (!returned.TryDequeue(out turn, out _))
            {
                turn = Math.Max(nextAt, now);
                nextAt = turn + (long)(clock.TimestampFrequency / rate);
            }
        }
        while (clock.GetElapsedTime(clock.GetTimestamp(), turn) is var left && left > TimeSpan.Zero)
        {
            if (isOver?.Invoke() is true)
            {
                lock (taking)
                    returned.Enqueue(turn, turn);
                return false;
            }
            Thread.Sleep(left < LookUp ? left : LookUp);
        }
        return true;
    }
}
