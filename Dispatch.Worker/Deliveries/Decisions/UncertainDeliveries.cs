using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Relays;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Carries out what people decide about a delivery whose outcome is unknown (<see cref="DeliveryState.Uncertain"/>): send the message
/// again, or count it as delivered. A reader may then get the message twice, with the same Message-ID. Rejected messages can be sent again
/// too.
/// </summary>
/// <remarks>
/// An issue is marked as sent when its last uncertain delivery is decided. Of two simultaneous decisions about one delivery, the second is
/// refused. Sending all uncertain messages again skips the chunks that are being mailed at that moment.
/// </remarks>
public sealed class UncertainDeliveries(
    DispatchDb db, DatabaseClock leases, DeliveryLedger ledger, ChunkJobs chunks, RelayPool relays, TimeProvider clock)
{
    private const string Overtaken = "Someone else decided about this delivery at the same moment. Check it again.";

    public async Task<DeliveryDecision> ResendAsync(int issueId, long subscriberId, Actor actor, CancellationToken cancel = default)
    {
        var outcome = await DecideAsync(issueId, subscriberId, DeliveryState.Pending, "delivery.resent", actor,
            (delivery, _) => ReopenAsync(issueId, delivery.Chunk, cancel), cancel);
        if (outcome is DeliveryDecision.Done)
        {
            relays.EndRests();
            await chunks.QueueAsync(cancel);
        }
        return outcome;
    }

    public async Task<DeliveryDecision> AssumeSentAsync(int issueId, long subscriberId, Actor actor, CancellationToken cancel = default)
    {
        var outcome = await DecideAsync(issueId, subscriberId, DeliveryState.Accepted, "delivery.assumed-sent", actor,
            (_, _) => Task.FromResult<string?>(null), cancel);
        if (outcome is DeliveryDecision.Done)
            await ledger.FinishAsync(issueId);
        return outcome;
    }

    /// <returns>The number of messages that will be sent again.</returns>
    public async Task<int> ResendAllAsync(int issueId, Actor actor, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var resent = 0;
        foreach (var chunk in await Uncertain(issueId).Select(d => d.Chunk).Distinct().OrderBy(number => number).ToListAsync(cancel))
            if (await ReopenAsync(issueId, chunk, cancel) is null)
                resent += await DecideAllAsync(issueId, Uncertain(issueId).Where(d => d.Chunk == chunk), DeliveryState.Pending, cancel);
        await FileAsync(transaction, issueId, resent, "delivery.resent", actor, cancel);
        relays.EndRests();
        await chunks.QueueAsync(cancel);
        return resent;
    }

    /// <returns>The number of messages now counted as delivered.</returns>
    public async Task<int> AssumeAllSentAsync(int issueId, Actor actor, CancellationToken cancel = default)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var assumed = await DecideAllAsync(issueId, Uncertain(issueId), DeliveryState.Accepted, cancel);
        await FileAsync(transaction, issueId, assumed, "delivery.assumed-sent", actor, cancel);
        await ledger.FinishAsync(issueId);
        return assumed;
    }

    private IQueryable<Delivery> Uncertain(int issueId) => db.Deliveries.UncertainOf(issueId);

    private async Task<int> DecideAllAsync(int issueId, IQueryable<Delivery> uncertain, DeliveryState to, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var chunks = await uncertain.Select(d => d.Chunk).Distinct().ToListAsync(cancel);
        var decided = await uncertain.Where(d => chunks.Contains(d.Chunk)).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, to)
            .SetProperty(d => d.NextAttemptAt, (DateTimeOffset?)null)
            .SetProperty(d => d.Lost, 0).SetProperty(d => d.UpdatedAt, now), cancel);
        await db.ForgetTotalsAsync(issueId, chunks, cancel);
        return decided;
    }

    private async Task FileAsync(
        IDbContextTransaction transaction, int issueId, int decided, string action, Actor actor, CancellationToken cancel)
    {
        if (decided > 0)
            db.Audit.Add(actor.Did(action, AuditTarget.Issue(issueId), clock.GetUtcNow(), $"{decided} at once"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private async Task<DeliveryDecision> DecideAsync(
        int issueId, long subscriberId, DeliveryState to, string action, Actor actor, Func<Delivery, CancellationToken, Task<string?>> also,
        CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await FindAsync(issueId, subscriberId, cancel) is not { } delivery)
            return new DeliveryDecision.Unknown();
        if (delivery.IsOfNobody)
            return new DeliveryDecision.Refused("Its reader's data has been erased.");
        if (delivery.State is not DeliveryState.Uncertain && (delivery.State, to) is not (DeliveryState.Rejected, DeliveryState.Pending))
            return new DeliveryDecision.Refused(
                $"This delivery is {delivery.State.ToString().ToLowerInvariant()}: {(to is DeliveryState.Pending
                ? "only one that was rejected, or whose outcome is uncertain, can be sent again"
                    : "only one whose outcome is uncertain can be marked as delivered")}.");
        if (await also(delivery, cancel) is { } why)
            return new DeliveryDecision.Refused(why);
        if (await DecideAllAsync(issueId, db.Deliveries
            .Where(d => d.IssueId == issueId && d.SubscriberId == subscriberId && d.State == delivery.State), to, cancel) == 0)
            return new DeliveryDecision.Refused(Overtaken);
        db.Audit.Add(actor.Did(action, AuditTarget.Delivery(issueId, subscriberId), clock.GetUtcNow()));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return new DeliveryDecision.Done((await FindAsync(issueId, subscriberId, cancel))!);
    }

    // Makes a chunk due, or returns why it can't be made due. A run that holds the chunk has already read the due rows, and will mark the
    // chunk as done without looking for new ones.
    private async Task<string?> ReopenAsync(int issueId, int chunk, CancellationToken cancel)
    {
        var (now, leaseNow) = (clock.GetUtcNow(), await leases.NowAsync(db, cancel));
        if (await db.Issues.SingleAsync(known => known.Id == issueId, cancel) is not { State: not IssueState.Cancelled } issue)
            return "Its issue is not being sent anymore.";
        if (issue.State is IssueState.Sent)
            issue.SendToRest(now);
        var opened = await db.DeliveryChunks
            .Where(c => c.IssueId == issueId && c.Number == chunk && (c.LeasedUntil == null || c.LeasedUntil < leaseNow))
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Done, false).SetProperty(c => c.NextAttemptAt, now)
                .SetProperty(c => c.LeasedBy, (string?)null)
                .SetProperty(c => c.LeasedUntil, (DateTimeOffset?)null).SetProperty(c => c.QueuedUntil, (DateTimeOffset?)null), cancel);
        return opened == 1 ? null : "Emails in the same chunk are being sent right now. Try again when they are done.";
    }

    private Task<Delivery?> FindAsync(int issueId, long subscriberId, CancellationToken cancel) =>
        db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.IssueId == issueId && d.SubscriberId == subscriberId, cancel);
}

/// <summary>The result of deciding about an uncertain delivery.</summary>
public abstract record DeliveryDecision
{
    private DeliveryDecision()
    {
    }

    public sealed record Done(Delivery Delivery) : DeliveryDecision;

    /// <summary>There is no such delivery.</summary>
    public sealed record Unknown : DeliveryDecision;

    /// <summary>The decision does not fit the delivery's current state.</summary>
    public sealed record Refused(string Why) : DeliveryDecision;
}
