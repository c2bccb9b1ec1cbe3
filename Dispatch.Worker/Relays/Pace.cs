namespace Dispatch.Worker.Relays;

/// <summary>Spreads mails evenly, so many a second; null lets them all pass at once.</summary>
internal sealed class Pace(double? perSecond, TimeProvider clock)
{
    private readonly Lock taking = new();
    private long nextAt;

    public void Wait()
    {
        if (perSecond is not { } rate)
            return;
        TimeSpan wait;
        lock (taking)
        {
            var now = clock.GetTimestamp();
            nextAt = Math.Max(nextAt, now);
            wait = clock.GetElapsedTime(now, nextAt);
            nextAt += (long)(clock.TimestampFrequency / rate);
        }
        if (wait > TimeSpan.Zero)
            Thread.Sleep(wait);
    }
}
