using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Relays;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries;

/// <summary>
/// Mails one chunk of an issue. Safe to run twice: a chunk is leased by one run at a time, and each delivery is claimed before its
/// content is given to a relay and recorded before its connection gives another. The mailing itself is <see cref="SendingThreads"/>'.
/// </summary>
[Queue("delivery")]
[AutomaticRetry(Attempts = 0)] // the tables decide what is tried again; Hangfire must not add retries of its own
public sealed class SendChunkJob(
    DispatchDb db, DeliveryLedger ledger, SendingThreads threads, IssueMessages messages, RelayPool relays, IOptions<DeliverySettings> settings, TimeProvider clock, ILogger<SendChunkJob> log)
{
    [JobDisplayName("Mail issue {0}, chunk {1} of {2}")]
    public async Task RunAsync(int issueId, int chunk, int of, CancellationToken stopping)
    {
        var lease = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        if (!await ledger.LeaseAsync(issueId, chunk, lease, settings.Value.Uncertain is UncertainDelivery.Resend, stopping))
            return;
        var trouble = relays.Trouble;
        try
        {
            if (trouble is not null)
                return;
            var run = new ChunkRun(issueId, chunk, lease, await messages.GetAsync(issueId), await ledger.DueAsync(issueId, chunk, stopping));
            await using (stopping.Register(() => run.Stop()))
                await WhileRenewingAsync(run, () => threads.SendAsync(run));
            trouble = run.Trouble;
        }
        finally
        {
            await ledger.ReleaseAsync(issueId, chunk, lease, trouble is null ? null : relays.RestingUntil);
            await TellAsync(issueId, trouble);
            if (await ledger.FinishAsync(issueId))
                log.LogInformation("Issue {Issue} is sent", issueId);
        }
    }

    private async Task WhileRenewingAsync(ChunkRun run, Func<Task> work)
    {
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(run, done.Token);
        try
        {
            await work();
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
        }
    }

    private async Task RenewAsync(ChunkRun run, CancellationToken done)
    {
        using var timer = new PeriodicTimer(DeliveryLedger.LeaseFor / 3, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(done))
                if (!await ledger.RenewAsync(run.IssueId, run.Chunk, run.Lease, done))
                    run.Stop();
        }
        catch (OperationCanceledException)
        {
            // all mailed
        }
        catch (System.Data.Common.DbException fault)
        {
            // Claims ask for the lease themselves, so nothing is mailed that another run may have.
            log.LogWarning("The lease of issue {Issue}, chunk {Chunk} could not be renewed: {Fault}", run.IssueId, run.Chunk, fault.Message);
            run.Stop();
        }
    }

    // The desk shows why an issue stands still, and that it moves again. What only a person can mend pauses it: trying on would
    // have the relay lock us out.
    private async Task TellAsync(int issueId, SmtpReply? trouble)
    {
        var issues = db.Issues.Where(issue => issue.Id == issueId && issue.State == IssueState.Sending);
        if (trouble?.Kind is not ReplyKind.RelayRefusal)
        {
            var text = trouble?.Text;
            await issues.Where(issue => issue.Trouble != text).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Trouble, text));
            return;
        }
        if (await issues.ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Trouble, trouble.Text).SetProperty(issue => issue.State, IssueState.Paused)) == 0)
            return;
        db.Audit.Add(Actor.Worker.Did("issue.paused", $"issue:{issueId}", clock.GetUtcNow(), trouble.Text));
        await db.SaveChangesAsync();
        log.LogError("Issue {Issue} is paused: {Trouble}", issueId, trouble.Text);
    }
}
