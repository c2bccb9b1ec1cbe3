using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Relays;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Settles a run's refusals when it is over, while it still holds its chunk. Until then their rows are pending, so a run that is killed
/// asks again and gives up on nobody.
/// <list type="bullet">
/// <item>A series of refusals that was the relay's (<see cref="Refusals"/>) leaves everybody in it pending; readers in other chunks who
/// were recorded as refused before that was clear become pending again.</item>
/// <item>A refusal after which others were accepted is about its reader: rejected. But one that can only be about us (sender, session,
/// quota) is deferred like a "later", and rejected when the retries run out.</item>
/// <item>A refusal after which nobody was accepted is the mailbox's if it says so. Otherwise it is the reader's if the issue has been
/// accepted for somebody and the refusal is nearly the only one. In any other case it is the relay's or ours, even on a list of one
/// reader.</item>
/// </list>
/// </summary>
public sealed class RefusedDeliveries(DispatchDb db, RelayPool relays, RetryPolicy retries, TimeProvider clock)
{
    /// <summary>This many alike at the end of a run, with nobody accepted since, are no accident.</summary>
    private const int TooManyAtTheEnd = 3;

    private const int AtOnce = 500;

    /// <returns>Why nobody can be mailed at the moment, if that is what the refusals meant.</returns>
    public async Task<SmtpReply?> SettleAsync(ChunkRun run)
    {
        var held = run.Held;
        if (held.Count == 0)
            return null;
        foreach (var last in held.Where(refused => refused.IsOpen && refused.Mail.Reply.About is not ReplyAbout.Mailbox))
            if (last.Mail.Fate is RefusalFate.Open && !await StandsAloneAsync(last.Mail, run.IssueId))
                relays.Refuses(last.Mail);
        var chunk = db.DeliveryChunks.Where(c => c.IssueId == run.IssueId && c.Number == run.Chunk && c.LeasedBy == run.Lease);
        if (await chunk.AnyAsync()) // otherwise another run tries them again
            await RecordAsync(run, [.. held.Where(refused => refused.IsOpen && refused.Mail.Fate is not RefusalFate.OfTheRelay)]);
        await ReopenAsync(held.SelectMany(refused => refused.Mail.Row).Distinct());
        return held.Any(refused => refused.Mail.Fate is RefusalFate.OfTheRelay) ? relays.LastError : null;
    }

    // With several relays, only the process that did the mailing knows which of them accepted it.
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

    // Matched by the reply: a delivery that somebody has decided about since is left alone.
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
