using Dispatch.Worker.Addresses;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Messages;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Providers;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Sending;

/// <summary>
/// The steps that one thread repeats for each delivery:
/// <list type="number">
/// <item>wait for a turn at a relay;</item>
/// <item>hand the outcome of the last delivery and the claim of this one to the ledger;</item>
/// <item>compose the message, and give the relay its envelope, while the ledger is being written;</item>
/// <item>once the ledger has answered, and not before, give the relay the content and read its reply.</item>
/// </list>
/// The ledger's commit therefore costs no extra time, and each outcome is durable before the thread sends any other content.
/// </summary>
internal sealed class DeliveryLoop(RelayPool relays, OverallRateLimiter overall, LedgerWriter ledger, KeyRing keys,
    ProviderTable providers, ProviderAnswers answers, RetryPolicy retries, IOptions<DeliverySettings> settings,
    TimeProvider clock, ILogger<DeliveryLoop> log)
{
    private readonly LedgerTicket ticket = new();
    private readonly WireMail mail = new();
    private (ChunkRun Run, Outcome Outcome)? last;

    public void Mail(ChunkRun run, DueDelivery work)
    {
        if (relays.IsPaced || overall.IsOn)
            Record(); // the wait for the next turn may be long
        if (!overall.Wait(() => run.IsStopped) || relays.Take(() => run.IsStopped) is not { } turn)
        {
            run.Stop(relays.LastError);
            run.Settle();
            return;
        }
        var firstAt = work.FirstAttemptAt ?? DateTimeOffset.FromUnixTimeSeconds(clock.GetUtcNow().ToUnixTimeSeconds());
        var (before, asked) = (last, new Claim(run, work) { FirstAttemptAt = firstAt });
        last = null;
        try
        {
            ledger.Submit(ticket, before?.Outcome, asked);
        }
        catch
        {
            turn.Dispose();
            before?.Run.Settle();
            throw;
        }
        Outcome? outcome = null;
        ClaimResult answer;
        try
        {
            outcome = Send(run, work, turn, firstAt);
        }
        finally
        {
            answer = Answer(before);
        }
        if (answer is ClaimResult.Granted)
        {
            last = (run, outcome!);
            // If the relay was down, the delivery is pending again and does not count for the warm-up plan.
            if (outcome.State is not DeliveryState.Pending and not DeliveryState.Excluded)
                run.Began();
            return;
        }
        if (answer is ClaimResult.Stop)
            run.Stop();
        run.Settle();
    }

    /// <summary>Records the outcome of the last delivery and waits until it is in the ledger.</summary>
    public void Record()
    {
        if (last is not { } done)
            return;
        last = null;
        ledger.Submit(ticket, done.Outcome, null);
        Answer(done);
    }

    private ClaimResult Answer((ChunkRun Run, Outcome Outcome)? recorded)
    {
        try
        {
            return ticket.Wait();
        }
        finally
        {
            recorded?.Run.Settle();
        }
    }

    private Outcome Send(ChunkRun run, DueDelivery work, RelayTurn turn, DateTimeOffset firstAt)
    {
        using var _ = turn; // gives the turn back, even after an exception
        if (Compose(run, work, firstAt) is { } fault)
            return fault;
        var provider = providers.Find(work.Domain!);
        var reply = relays.Send(mail, () => ticket.Wait() is ClaimResult.Granted, turn,
            new Addressee(run.IssueId, run.Chunk, work.SubscriberId)
            {
                Host = provider?.Name ?? work.Domain,
                IsProvider = provider is not null,
                OthersCanTell = run.HasOthers,
                IsLater = providers.RulesOf(provider)?.AsksForPause,
            });
        if (reply.IsTheRelays)
            run.Stop(reply);
        if (reply.Held is { } refusal)
        {
            run.Hold(refusal, work, isOpen: reply.Kind is ReplyKind.Permanent);
            run.Suspect(refusal);
        }
        answers.Heard(run, work.Domain!, provider, reply);
        return Outcome.Of(reply, work, run, retries, settings.Value.Uncertain, firstAt, clock.GetUtcNow());
    }

    private Outcome? Compose(ChunkRun run, DueDelivery work, DateTimeOffset firstAt)
    {
        try
        {
            if (work.SealedAddress is null) // the reader was erased in the meantime, so the claim will be refused
                return Outcome.Untried(run, work, DeliveryState.Excluded, ExclusionReason.Erased);
            var address = EmailAddress.Stored(keys.Open(work.SealedAddress, Subscriber.AddressPurpose));
            work.Domain ??= address.AsciiDomain;
            run.Message.Compose(new Recipient(
                work.SubscriberId, address, work.SealedName is { } name ? keys.Open(name, Subscriber.NamePurpose) : null, work.Language,
                run.Message.ShowsFields ? Subscriber.FieldsIn(work.SealedFields, keys) : null), mail, clock.GetUtcNow(), firstAt);
            return null;
        }
        catch (KeyRingException fault) when (fault.KeyIsMissing)
        {
            log.LogError("Subscriber {Subscriber} can't be mailed yet: {Fault}", work.SubscriberId, fault.Message);
            run.Tell(SmtpReply.NotBegun with { Text = fault.Message });
            return Outcome.Untried(run, work, DeliveryState.Pending);
        }
        catch (Exception fault) when (fault is KeyRingException or FormatException)
        {
            log.LogError("Subscriber {Subscriber} can't be mailed: {Fault}", work.SubscriberId, fault.Message);
            return Outcome.Untried(run, work, DeliveryState.Excluded, ExclusionReason.Unreadable);
        }
    }
}
