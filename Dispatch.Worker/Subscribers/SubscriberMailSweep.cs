using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// Finds readers' mails that are due and wakes their jobs: retries, and whatever a crash or a restart left behind. Clears away what
/// is to be kept for minutes only, and ends the pauses whose day has come.
/// </summary>
public sealed class SubscriberMailSweep(DispatchDb db, SubscriberMailJobs jobs, TimeProvider clock)
{
    private const int AtOnce = 1000; // the rest at the next sweep

    /// <summary>Returns how many were found.</summary>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await db.EndPausesAsync(now, stopping);
        await Canary.ForgetNetworksAsync(db, now, stopping);
        var due = await db.SubscriberMails
            .Where(mail => mail.State == SubscriberMailState.Waiting && mail.NextAttemptAt <= now)
            .OrderBy(mail => mail.NextAttemptAt).Select(mail => mail.Id).Take(AtOnce).ToListAsync(stopping);
        jobs.Enqueue(due);
        return due.Count;
    }
}
