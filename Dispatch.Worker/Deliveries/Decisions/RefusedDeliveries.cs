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
/// <item>A series of refusals may be the relay's fault (<see cref="Refusals"/>). All readers in the series stay pending. Readers in other
/// chunks who were recorded as rejected before the series was recognised become pending again.</item>
/// <item>A refusal after which the relay accepted other messages is about its reader, who is rejected. But if the refusal can only be about
/// us (sender, session, quota), the delivery is deferred, and rejected when the retries run out.</item>
/// <item>A refusal after which nothing was accepted is about the mailbox if it says so. Otherwise it is about the reader if the issue has
/// been accepted for somebody and at most one other refusal in the series has the same wording. In any other case the relay or we are at
/// fault, even on a list of one reader.</item>
/// </list>
/// </summary>
public sealed class RefusedDeliveries(DispatchDb db, RelayPool relays, RetryPolicy retries, TimeProvider clock)
{
    /// <summary>The number of refusals with the same wording, at the end of a run, that is too many for a coincidence.</summary>
    private const int TooManyAtTheEnd = 3;

    private const int AtOnce = 500;

    /// <returns>Why no relay takes mail at the moment, if the refusals showed that; otherwise null.</returns>
    public async Task<SmtpReply?> SettleAsync(ChunkRun run)
    {
        var held = run.Held;
        if (held.Count == 0)
            return null;
        foreach (var last in held.Where(refused => refused.IsOpen && refused.Mail.Reply.About is not ReplyAbout.Mailbox))
            if (last.Mail.Fate is RefusalFate.Open && !await StandsAloneAsync(last.Mail, run.IssueId))
                relays.Refuses(last.Mail);
        var chunk = db.DeliveryChunks.Where(c => c.IssueId == run.IssueId && c.Number == run.Chunk && c.LeasedBy == run.Lease);
        if (await chunk.AnyAsync()) // if the lease is lost, the next run tries these readers again
            await RecordAsync(run, [.. held.Where(refused => refused.IsOpen && refused.Mail.Fate is not RefusalFate.OfTheRelay)]);
        await ReopenAsync(held.SelectMany(refused => refused.Mail.Row).Distinct());
        return held.Any(refused => refused.Mail.Fate is RefusalFate.OfTheRelay) ? relays.LastError : null;
    }

    // With several relays, the ledger doesn't show which of them accepted a message: only the process that sent the message knows.
    private async Task<bool> StandsAloneAsync(RefusedMail refusal, int issueId) => refusal.Relay.InRowWith(refusal) < TooManyAtTheEnd
        && (refusal.Relay.HasAccepted(issueId)
            || (!relays.AreSeveral && await db.Deliveries.AnyAsync(d => d.IssueId == issueId && d.State == DeliveryState.Accepted)));

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

    // Only rows that still hold a 5xx reply are reopened, so a delivery that somebody has decided about since is left alone.
    private async Task ReopenAsync(IEnumerable<RefusedMail> row)
    {
        var now = clock.GetUtcNow();
        foreach (var chunk in row.GroupBy(refusal => (refusal.Who.IssueId, refusal.Who.Chunk)))
        {
            var readers = chunk.Select(refusal => refusal.Who.SubscriberId).ToList();
            var reopened = await db.Deliveries
                .Where(d => d.IssueId == chunk.Key.IssueId && readers.Contains(d.SubscriberId)
                    && d.State == DeliveryState.Rejected && d.ReplyCode >= 500
                    && db.Set<Issue>().Any(i => i.Id == d.IssueId && (i.State == IssueState.Sending || i.State == IssueState.Paused)))
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Pending)
                    .SetProperty(d => d.Attempts, d => d.Attempts - 1).SetProperty(d => d.UpdatedAt, now));
            if (reopened > 0)
                await db.DeliveryChunks.Where(c => c.IssueId == chunk.Key.IssueId && c.Number == chunk.Key.Chunk)
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, false).SetProperty(c => c.NextAttemptAt, now));
        }
    }

    private IQueryable<Delivery> Pending(int issueId, IReadOnlyCollection<long> readers) =>
        db.Deliveries.Where(d => d.IssueId == issueId && readers.Contains(d.SubscriberId) && d.State == DeliveryState.Pending);
}
