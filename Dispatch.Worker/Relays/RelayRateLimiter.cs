namespace Dispatch.Worker.Relays;

/// <summary>
/// Spaces messages evenly at a given rate per second; null means no limit. An urgent caller (<c>ahead</c>) takes the turn of the first
/// caller that is not urgent, and every caller that is not urgent moves back one turn.
/// </summary>
internal sealed class RelayRateLimiter(double? perSecond, TimeProvider clock)
{
    /// <summary>How often a waiting caller checks whether its wait is still needed.</summary>
    private static readonly TimeSpan LookUp = TimeSpan.FromMilliseconds(100);

    private readonly Lock taking = new();
    private readonly List<Place> waiting = []; // ordered by turn
    private readonly PriorityQueue<long, long> returned = new(); // future turns of callers that gave up
    private long nextAt;

    /// <summary>Waits for the caller's turn.</summary>
    /// <param name="isOver">Ends the wait when it returns true. If null, nothing ends the wait early.</param>
    /// <param name="ahead">Whether the caller is urgent, and goes before all callers that are not.</param>
    /// <returns>False when <paramref name="isOver"/> returned true before the turn came.</returns>
    public bool Wait(Func<bool>? isOver = null, bool ahead = false)
    {
        if (perSecond is not { } rate)
            return true;
        var place = new Place(ahead);
        lock (taking)
        {
            var now = clock.GetTimestamp();
            while (returned.TryPeek(out var gone, out _) && gone < now)
                returned.Dequeue();
            if (!returned.TryDequeue(out var turn, out _))
            {
                turn = Math.Max(nextAt, now);
                nextAt = turn + (long)(clock.TimestampFrequency / rate);
            }
            Take(place, turn);
        }
        while (clock.GetElapsedTime(clock.GetTimestamp(), Volatile.Read(ref place.Turn)) is var left && left > TimeSpan.Zero)
        {
            if (isOver?.Invoke() is true)
            {
                lock (taking)
                {
                    waiting.Remove(place);
                    returned.Enqueue(place.Turn, place.Turn);
                }
                return false;
            }
            Thread.Sleep(left < LookUp ? left : LookUp);
        }
        lock (taking)
            waiting.Remove(place);
        return true;
    }

    // A turn that somebody gave back may come before turns already taken, so the list is kept in order.
    private void Take(Place place, long turn)
    {
        var at = waiting.FindLastIndex(other => other.Turn <= turn) + 1;
        waiting.Insert(at, place);
        place.Turn = turn;
        if (!place.Ahead)
            return;
        for (; at > 0 && !waiting[at - 1].Ahead; at--)
        {
            var other = waiting[at - 1];
            (waiting[at - 1], waiting[at]) = (place, other);
            (place.Turn, other.Turn) = (other.Turn, place.Turn);
        }
    }

    private sealed class Place(bool ahead)
    {
        public readonly bool Ahead = ahead;
        public long Turn;
    }
}
