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
[AutomaticRetry(Attempts = 10, DelaysInSeconds = [5, 10, 20, 30, 60])] // when the database or its disk fails; readers are tried again by the tables alone
public sealed class SendChunkJob(
    DispatchDb db, DeliveryLedger ledger, SendingThreads threads, RefusedDeliveries refused, IssueMessages messages, RelayPool relays, WarmUp warmUp, IOptions<DeliverySettings> settings, TimeProvider clock, ILogger<SendChunkJob> log)
{
    [JobDisplayName("Mail issue {0}, chunk {1} of {2}")]
    public async Task RunAsync(int issueId, int chunk, int of, CancellationToken stopping)
    {
        var lease = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        if (!await ledger.LeaseAsync(issueId, chunk, lease, stopping))
            return;
        var trouble = relays.Trouble;
        var (notBefore, tried) = ((DateTimeOffset?)null, false);
        try
        {
            if (trouble is not null)
                return;
            var due = await ledger.DueAsync(issueId, chunk, stopping);
            var (day, allowed) = (warmUp.Today, await warmUp.ReserveAsync(due.Count, stopping));
            if (allowed < due.Count)
            {
                notBefore = warmUp.Tomorrow;
                due.RemoveRange(allowed, due.Count - allowed);
            }
            var run = new ChunkRun(issueId, chunk, lease, await messages.GetAsync(issueId), due);
            await using (stopping.Register(() => run.Stop()))
                await WhileRenewingAsync(run, () => threads.SendAsync(run));
            var refusing = await refused.SettleAsync(run);
            (trouble, tried) = (run.Trouble ?? refusing, true);
            await warmUp.ReturnAsync(day, allowed - run.Begun);
        }
        finally
        {
            await ledger.ReleaseAsync(issueId, chunk, lease, trouble is null ? notBefore : relays.RestingUntil);
            await TellAsync(issueId, tried ? trouble : null, trouble?.Text ?? (notBefore is null ? null : "Today's share of the warm-up plan is sent; the rest follows tomorrow."));
            await FinishAsync(issueId);
        }
    }

    private async Task FinishAsync(int issueId)
    {
        if (await ledger.FinishAsync(issueId))
            log.LogInformation("Issue {Issue} is sent", issueId);
        else if (await ledger.LeftToAPersonAsync(issueId) is > 0 and var left)
        {
            var text = $"Nothing is left to send, but {left} readers may or may not have got it: a crash or a broken connection hid what became of their mails. Send those again, or take them as delivered.";
            await db.Issues.Where(issue => issue.Id == issueId && issue.State == IssueState.Sending).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Trouble, text));
            log.LogWarning("Issue {Issue} waits for a person: {Uncertain} deliveries are uncertain", issueId, left);
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
        using var timer = new PeriodicTimer(settings.Value.LeaseFor / 3, clock);
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
        catch (Exception fault) when (StorageFaults.Is(fault))
        {
            // Claims ask for the lease themselves, so nothing is mailed that another run may have.
            log.LogWarning("The lease of issue {Issue}, chunk {Chunk} could not be renewed: {Fault}", run.IssueId, run.Chunk, fault.Message);
            run.Stop();
        }
    }

    // The desk shows why an issue stands still, and that it moves again. What only a person can mend pauses it, when it was met just
    // now: trying on would have the relay lock us out.
    private async Task TellAsync(int issueId, SmtpReply? trouble, string? text)
    {
        var issues = db.Issues.Where(issue => issue.Id == issueId && issue.State == IssueState.Sending);
        if (trouble?.Kind is not ReplyKind.RelayRefusal)
        {
            await issues.Where(issue => issue.Trouble != text).ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Trouble, text));
            return;
        }
        if (await issues.ExecuteUpdateAsync(set => set.SetProperty(issue => issue.Trouble, text).SetProperty(issue => issue.State, IssueState.Paused)) == 0)
            return;
        db.Audit.Add(Actor.Worker.Did("issue.paused", $"issue:{issueId}", clock.GetUtcNow(), text));
        await db.SaveChangesAsync();
        log.LogError("Issue {Issue} is paused: {Trouble}", issueId, text);
    }
}
