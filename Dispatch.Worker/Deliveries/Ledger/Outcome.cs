using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A delivery that a connection is about to begin, claimed for the run that holds its chunk.</summary>
/// <param name="Run">The run.</param>
/// <param name="Work">The delivery, as it was read when the run began.</param>
public sealed record Claim(ChunkRun Run, DueDelivery Work)
{
    public int IssueId => Run.IssueId;
    public long SubscriberId => Work.SubscriberId;

    /// <summary>The mail's date, if this is the first attempt; the row keeps it once the attempt counts.</summary>
    public DateTimeOffset? FirstAttemptAt { get; init; }
}

/// <summary>The result of a claim.</summary>
public enum ClaimResult
{
    Granted,

    /// <summary>The reader is no longer to be mailed; the row says why.</summary>
    Excluded,

    /// <summary>
    /// The reader's address is no longer the one the run has read: the row waits for the next run over its chunk, which follows at once.
    /// </summary>
    Moved,

    /// <summary>The issue is paused or cancelled, or the chunk was taken over: make no more claims.</summary>
    Stop,
}

/// <summary>What the ledger should hold after an attempt.</summary>
/// <param name="IssueId">The issue.</param>
/// <param name="SubscriberId">The reader.</param>
/// <param name="State">Accepted, Deferred, Rejected, Uncertain, Excluded, or Pending again when nothing of it reached a relay.</param>
/// <param name="Attempts">How many attempts count against the reader so far.</param>
/// <param name="NextAttemptAt">For Deferred: when it is due again.</param>
/// <param name="Uncertain">The outcome of this attempt is unknown.</param>
/// <param name="Reply">The last reply; null keeps the one before.</param>
/// <param name="Reason">For Excluded.</param>
public sealed record Outcome(int IssueId, long SubscriberId, DeliveryState State, int Attempts, DateTimeOffset? NextAttemptAt,
    bool Uncertain, SmtpReply? Reply, ExclusionReason? Reason = null)
{
    /// <summary>The run it comes from: an outcome that is not final is accepted only from the run that holds the chunk.</summary>
    public ChunkRun? Run { get; init; }

    /// <summary>
    /// Interprets a relay's reply: 2xx is accepted, 5xx rejected, 4xx deferred until the retries run out, then rejected. A 5xx whose
    /// neighbours have yet to show whom it is about leaves the row pending until then (<see cref="Decisions.RefusedDeliveries"/>). The
    /// relay's own fault costs the reader nothing. A mail that may or may not have been accepted is uncertain: sent again automatically, as
    /// often as <see cref="RetryPolicy.MostResends"/> allows, or left to a person, as <see cref="DeliverySettings.Uncertain"/> says.
    /// </summary>
    public static Outcome Of(
        SmtpReply reply, DueDelivery work, ChunkRun run, RetryPolicy retries, UncertainDelivery uncertain, DateTimeOffset startedAt,
        DateTimeOffset now)
    {
        var attempts = work.Attempts + 1;
        var next = reply.Kind is ReplyKind.Transient or ReplyKind.Unknown ? retries.NextAttempt(attempts, startedAt, now) : null;
        return reply.Kind switch
        {
            ReplyKind.Accepted => Is(DeliveryState.Accepted),
            ReplyKind.Permanent when reply.Held is not null => Untried(run, work, DeliveryState.Pending) with { Reply = reply },
            ReplyKind.Permanent => Is(DeliveryState.Rejected),
            ReplyKind.RelayFault or ReplyKind.RelayRefusal or ReplyKind.NotBegun => Untried(run, work, DeliveryState.Pending),
            ReplyKind.Unknown => Is(
                DeliveryState.Uncertain, uncertain is UncertainDelivery.Resend && work.Lost < RetryPolicy.MostResends ? next : null),
            // Given up after a "later", the reader hasn't got it, unless an earlier attempt may have gone through.
            _ => Is(next is not null ? DeliveryState.Deferred : work.WasUncertain ? DeliveryState.Uncertain : DeliveryState.Rejected, next),
        };

        Outcome Is(DeliveryState state, DateTimeOffset? next = null) =>
            new(run.IssueId, work.SubscriberId, state, attempts, next, reply.Kind is ReplyKind.Unknown, reply) { Run = run };
    }

    /// <summary>Nothing of it reached a relay: that does not count as an attempt.</summary>
    public static Outcome Untried(ChunkRun run, DueDelivery work, DeliveryState state, ExclusionReason? reason = null) =>
        new(run.IssueId, work.SubscriberId, state, work.Attempts, null, false, null, reason) { Run = run };
}

/// <summary>A delivery that is due, with what is needed to mail it.</summary>
public sealed record DueDelivery(
    long SubscriberId, int Attempts, bool WasUncertain, byte[]? AddressHash, byte[]? SealedAddress, byte[]? SealedName, string? Language)
{
    /// <summary>How often its outcome was lost before.</summary>
    public int Lost { get; init; }

    /// <summary>The host the reader's mail goes to, once <see cref="DomainThrottle"/> has looked it up.</summary>
    internal string? Domain { get; set; }

    /// <inheritdoc cref="Delivery.FirstAttemptAt"/>
    public DateTimeOffset? FirstAttemptAt { get; init; }
}
