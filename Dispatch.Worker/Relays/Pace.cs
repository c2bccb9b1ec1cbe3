namespace Dispatch.Worker.Relays;

/// <summary>Spreads mails evenly, so many a second; null lets them all pass at once.</summary>
internal sealed class Pace(double? perSecond, TimeProvider clock)
{
    /// <summary>How soon a wait ends that nobody wants any more.</summary>
    private static readonly TimeSpan LookUp = TimeSpan.FromMilliseconds(100);

    private readonly Lock taking = new();
    private long nextAt;

    /// <summary>Waits for the next mail's turn.</summary>
    /// <returns>False when <paramref name="isOver"/> said so before it came.</returns>
    public bool Wait(Func<bool>? isOver = null)
    {
        if (perSecond is not { } rate)
            return true;
        long turn;
        lock (taking)
        {
            turn = Math.Max(nextAt, clock.GetTimestamp());
            nextAt = turn + (long)(clock.TimestampFrequency / rate);
        }
        while (clock.GetElapsedTime(clock.GetTimestamp(), turn) is var left && left > TimeSpan.Zero)
        {
            if (isOver?.Invoke() is true)
                return false;
            Thread.Sleep(left < LookUp ? left : LookUp);
        }
        return true;
    }
}
