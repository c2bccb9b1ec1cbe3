using Dispatch.Worker.Database;

namespace Dispatch.Api.Http.Failures;

/// <summary>
/// Logs requests that fail because the database or the disk can't be used: one line a minute, with their number. A stack trace for each
/// would say nothing more, and would fill a disk fastest when it is nearly full.
/// </summary>
internal sealed class OutageLog(TimeProvider clock, ILogger<OutageLog> log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private DateTimeOffset? toldAt;
    private int untold;

    /// <summary>Logs a failed request if it failed for such a reason. Returns false otherwise.</summary>
    public bool Takes(Exception fault)
    {
        if (!TransientErrors.Is(fault))
            return false;
        int failed;
        lock (gate)
        {
            untold++;
            var now = clock.GetUtcNow();
            if (now - toldAt < Pause)
                return true;
            (failed, untold, toldAt) = (untold, 0, now);
        }
        log.LogError("The database or the disk can't be used. Requests answered with an error since the last such line: {Requests}. "
            + "{Fault}", failed, fault.GetBaseException().Message.ReplaceLineEndings(" "));
        return true;
    }
}
