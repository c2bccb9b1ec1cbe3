using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Schedule;
using Dispatch.Worker.Subscribers;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// Finds everything that is due in the tables and queues it: issues whose time has come, chunks with something left to do, readers'
/// mails. It runs every few seconds and at each slot, so whatever a crash or a lost job left behind is taken up again.
/// </summary>
[Queue("issues")]
[AutomaticRetry(Attempts = 0)] // the next sweep is seconds away
public sealed class Sweep(DispatchDb db, IssueTick tick, ChunkJobs chunks, DeliveryLedger ledger, SubscriberMailSweep mails, IBackgroundJobClient jobs)
{
    [JobDisplayName("Look for what is due"), SoonForgotten]
    public Task RunAsync(CancellationToken cancel) => LookAsync(cancel);

    [JobDisplayName("Edition slot of {0}")]
    public Task AtSlotAsync(string newsletter, CancellationToken cancel) => LookAsync(cancel);

    /// <returns>How much was found.</returns>
    public async Task<int> LookAsync(CancellationToken cancel)
    {
        var due = await tick.DueAsync(cancel);
        foreach (var issueId in due)
            jobs.Enqueue<FanOutJob>(job => job.RunAsync(issueId, CancellationToken.None));
        var found = due.Count + await chunks.QueueAsync(cancel) + await mails.RunAsync(cancel);
        await ledger.SettleCancelledAsync(cancel);
        // An issue that its last run could not mark as sent, because it was killed between the two.
        foreach (var issueId in await db.Issues.Where(issue => issue.State == IssueState.Sending && !db.DeliveryChunks.Any(c => c.IssueId == issue.Id && !c.Done)).Select(issue => issue.Id).ToListAsync(cancel))
            found += await ledger.FinishAsync(issueId) ? 1 : 0;
        return found;
    }
}
