using Dispatch.Worker.Database;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>Deletes old bounces. Suppressions stay.</summary>
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // it runs again the next day
public sealed class PurgeBounces(DispatchDb db, TimeProvider clock)
{
    /// <summary>A run of soft bounces may extend over a year (<see cref="BounceSettings.SoftOver"/>).</summary>
    private static readonly TimeSpan KeepBounces = TimeSpan.FromDays(400);
    private static readonly TimeSpan KeepSenderReports = TimeSpan.FromDays(90);

    [JobDisplayName("Delete old bounces")]
    public async Task RunAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (bounces, reports) = (now - KeepBounces, now - KeepSenderReports);
        await db.Bounces.Where(bounce => bounce.At < bounces).ExecuteDeleteAsync(cancel);
        await db.SenderReportLines.Where(line => line.EndAt < reports).ExecuteDeleteAsync(cancel);
    }
}
