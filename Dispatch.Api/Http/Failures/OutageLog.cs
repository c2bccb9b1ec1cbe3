namespace Dispatch.Api.Http.Failures;

/// <summary>
/// Logs requests that fail because the database or the disk can't be used: one a minute, with the number of the others. A stack trace for
/// each would say nothing more, and would fill a disk fastest when it is nearly full.
/// </summary>
internal sealed class OutageLog(TimeProvider clock, ILogger<OutageLog> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private long? toldAt;
    private int untold;

    /// <summary>Logs a failed request if it failed for such a reason. Returns false otherwise.</summary>
    public bool Takes(Exception fault)
    {
        if (FaultStatus.Of(fault) is not StatusCodes.Status503ServiceUnavailable)
            return false;
        int failed;
        lock (gate)
        {
            untold++;
            if (toldAt is { } told && clock.GetElapsedTime(told) < Pause)
                return true;
            (failed, untold, toldAt) = (untold, 0, clock.GetTimestamp());
        }
        log.LogError(fault, "The database or the disk can't be used. Requests that failed since the last such entry: {Requests}", failed);
        return true;
    }
}
