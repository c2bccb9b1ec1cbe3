using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Settles the refusals of a run when the run is over but still holds its chunk. Until then the refused rows are pending: if the run is
/// killed, the next run tries these readers again.
/// <list type="bullet">
/// <item>A refusal that is the relay's fault (<see cref="Refusals"/>) counts against nobody. Its reader stays pending, and readers in other
/// chunks who were already recorded as rejected become pending again.</item>
/// <item>If all refusals come from one host and other chunks are still to be mailed, nothing is decided yet: the other chunks will show
/// whether the host or the relay is refusing.</item>
/// <item>If the relay accepted nothing after a refusal, the refusal counts as the relay's fault too. There are two exceptions: its code
/// names the mailbox, or the issue was accepted for somebody and the series comes from another host alone, or at most one other refusal in
/// the series has the same wording.</item>
/// <item>If the issue is paused for what a provider says of us (<see cref="ProviderHolds"/>), those whom it refused stay pending.</item>
/// <item>All other refused readers are recorded as rejected. But if the reply blames us (sender, session, quota), the delivery is deferred,
/// and rejected only when the retries run out.</item>
/// </list>
/// </summary>
public sealed class RefusedDeliveries(DispatchDb db, RelayPool relays, ProviderHolds holds, RetryPolicy retries, TimeProvider clock)
{
    /// <summary>At the end of a run, this many refusals with the same wording are too many to be a coincidence.</summary>
    private const int TooManyAtTheEnd = 3;

    private const int AtOnce = 500;

    /// <returns>Why no relay accepts mail at the moment, or null if the refusals show no such reason.</returns>
    public async Task<SmtpReply?> SettleAsync(ChunkRun run)
    {
        var held = run.Held;
        if (held.Count == 0)
            return null;
        var providers = await holds.HeldAsync(run.IssueId);
        var open = held.Where(refused => refused.IsOpen && !holds.IsOf(providers, refused)).ToList();
        if (run.LeaveToOthers(open))
        {
            foreach (var refused in open)
                refused.Mail.Relay.Forget(refused.Mail);
            return null;
        }
        foreach (var last in open.Where(refused => refused.Mail.Reply.About is not ReplyAbout.Mailbox))
            if (last.Mail.Fate is RefusalFate.Open && !await StandsAloneAsync(last.Mail, run.IssueId))
                relays.Refuses(last.Mail);
        var chunk = db.DeliveryChunks.Where(c => c.IssueId == run.IssueId && c.Number == run.Chunk && c.LeasedBy == run.Lease);
        if (await chunk.AnyAsync()) // if the lease is lost, the next run tries these readers again
            await RecordAsync(run, [.. open.Where(refused => refused.Mail.Fate is not RefusalFate.OfTheRelay)]);
        await ReopenAsync(held.SelectMany(refused => refused.Mail.Row).Distinct());
        return held.Any(refused => refused.Mail.Fate is RefusalFate.OfTheRelay) ? relays.LastError : null;
    }

    // The ledger doesn't record which relay accepted a message. With several relays, only the process that sent the message knows.
    private async Task<bool> StandsAloneAsync(RefusedMail refusal, int issueId) => refusal.Relay.IsOfItsHost(refusal)
        || (refusal.Relay.InRowWith(refusal) < TooManyAtTheEnd && (refusal.Relay.HasAccepted(issueId)
            || (!relays.AreSeveral && await db.Deliveries.AnyAsync(d => d.IssueId == issueId && d.State == DeliveryState.Accepted))));

    private async Task RecordAsync(ChunkRun run, IReadOnlyList<HeldRefusal> refused)
    {
        var now = clock.GetUtcNow();
        var rejected = new List<long>();
        foreach (var (refusal, work, _) in refused)
            if (refusal.Reply.About.IsOurs() && retries.NextAttempt(work.Attempts + 1, work.FirstAttemptAt ?? now, now) is { } again)
                await Pending(run.IssueId, [work.SubscriberId]).ExecuteUpdateAsync(set => set
                    .SetProperty(d => d.State, DeliveryState.Deferred).SetProperty(d => d.NextAttemptAt, again)
                    .SetProperty(d => d.Attempts, d => d.Attempts + 1).SetProperty(d => d.FirstAttemptAt, d => d.FirstAttemptAt ?? now)
                    .SetProperty(d => d.UpdatedAt, now));
            else
                rejected.Add(work.SubscriberId);
        foreach (var readers in rejected.Chunk(AtOnce))
            await Pending(run.IssueId, readers).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Rejected)
                .SetProperty(d => d.Attempts, d => d.Attempts + 1).SetProperty(d => d.UpdatedAt, now));
    }

    // Reopens only rows that still hold a 5xx reply: somebody may have decided about the others since.
    private async Task ReopenAsync(IEnumerable<RefusedMail> row)
    {
        var now = clock.GetUtcNow();
        foreach (var chunk in row.GroupBy(refusal => (refusal.Who.IssueId, refusal.Who.Chunk)))
        {
            var readers = chunk.Select(refusal => refusal.Who.SubscriberId).ToList();
            await using var transaction = await db.Database.BeginTransactionAsync();
            var reopened = await db.Deliveries
                .Where(d => d.IssueId == chunk.Key.IssueId && readers.Contains(d.SubscriberId)
                    && d.State == DeliveryState.Rejected && d.ReplyCode >= 500
                    && db.Set<Issue>().Any(i => i.Id == d.IssueId && (i.State == IssueState.Sending || i.State == IssueState.Paused)))
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Pending)
                    .SetProperty(d => d.Attempts, d => d.Attempts - 1).SetProperty(d => d.UpdatedAt, now));
            if (reopened > 0)
                await db.DeliveryChunks.Where(c => c.IssueId == chunk.Key.IssueId && c.Number == chunk.Key.Chunk)
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, false).SetProperty(c => c.NextAttemptAt, now)
                        .SetProperty(c => c.Totals, (string?)null));
            await transaction.CommitAsync();
        }
    }

    private IQueryable<Delivery> Pending(int issueId, IReadOnlyCollection<long> readers) =>
        db.Deliveries.Where(d => d.IssueId == issueId && readers.Contains(d.SubscriberId) && d.State == DeliveryState.Pending);
}
