using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Mailing;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A delivery that a connection is about to begin, claimed for the run that holds its chunk.</summary>
/// <param name="Run">The run.</param>
/// <param name="Work">The delivery, as read when the run began.</param>
public sealed record Claim(ChunkRun Run, DueDelivery Work)
{
    public int IssueId => Run.IssueId;
    public long SubscriberId => Work.SubscriberId;

    /// <summary>The message's date if this is the first attempt. The row keeps the date if the attempt counts.</summary>
    public DateTimeOffset? FirstAttemptAt { get; init; }
}

/// <summary>The result of a claim.</summary>
public enum ClaimResult
{
    Granted,

    /// <summary>The reader must no longer be mailed; the row says why.</summary>
    Excluded,

    /// <summary>
    /// The reader's address has changed since the run read it. The row waits for the next run over its chunk, which follows at once.
    /// </summary>
    Moved,

    /// <summary>The issue is paused or cancelled, or the chunk was taken over: make no more claims.</summary>
    Stop,
}

/// <summary>What the ledger records after an attempt.</summary>
/// <param name="IssueId">The issue.</param>
/// <param name="SubscriberId">The reader.</param>
/// <param name="State">Accepted, Deferred, Rejected, Uncertain, Excluded, or Pending again when no part of the message reached a
/// relay.</param>
/// <param name="Attempts">How many attempts count against the reader so far.</param>
/// <param name="NextAttemptAt">When a delivery is attempted again: for Deferred, and for Uncertain if it is sent again
/// automatically.</param>
/// <param name="Uncertain">Whether the outcome of this attempt is unknown.</param>
/// <param name="Reply">The last reply, or null to keep the reply recorded earlier.</param>
/// <param name="Reason">For Excluded: why the reader is not mailed.</param>
public sealed record Outcome(int IssueId, long SubscriberId, DeliveryState State, int Attempts, DateTimeOffset? NextAttemptAt,
    bool Uncertain, SmtpReply? Reply, ExclusionReason? Reason = null)
{
    /// <summary>The run that made the attempt. An outcome that is not final is recorded only if this run still holds the chunk.</summary>
    public ChunkRun? Run { get; init; }

    /// <summary>
    /// Converts a relay's reply into an outcome: 2xx is accepted, 5xx rejected, 4xx deferred until the retries run out. A row stays pending
    /// while it is unclear whether a 5xx concerns the reader or the relay (<see cref="Decisions.RefusedDeliveries"/>). A message that may
    /// have been accepted is uncertain: <see cref="DeliverySettings.Uncertain"/> decides whether it is sent again automatically, up to
    /// <see cref="RetryPolicy.MostResends"/> times, or left to a person.
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
            // Once the retries have run out, the delivery is rejected. But if an earlier attempt had an unknown outcome, that attempt may
            // have delivered the message, so the delivery is uncertain.
            _ => Is(next is not null ? DeliveryState.Deferred : work.WasUncertain ? DeliveryState.Uncertain : DeliveryState.Rejected, next),
        };

        Outcome Is(DeliveryState state, DateTimeOffset? next = null) =>
            new(run.IssueId, work.SubscriberId, state, attempts, next, reply.Kind is ReplyKind.Unknown, reply) { Run = run };
    }

    /// <summary>Makes the outcome of a delivery that never reached a relay. Such an outcome does not count as an attempt.</summary>
    public static Outcome Untried(ChunkRun run, DueDelivery work, DeliveryState state, ExclusionReason? reason = null) =>
        new(run.IssueId, work.SubscriberId, state, work.Attempts, null, false, null, reason) { Run = run };
}

/// <summary>A delivery that is due, with the data needed to mail it.</summary>
public sealed record DueDelivery(
    long SubscriberId, int Attempts, bool WasUncertain, byte[]? AddressHash, byte[]? SealedAddress, byte[]? SealedName, string? Language)
    : IThrottledMail
{
    /// <summary>How often the outcome of this delivery was lost before.</summary>
    public int Lost { get; init; }

    /// <inheritdoc cref="Subscribers.Subscriber.SealedFields"/>
    public byte[]? SealedFields { get; init; }

    /// <inheritdoc/>
    public string? Domain { get; set; }

    string? IThrottledMail.EnteredAs { get; set; }

    /// <inheritdoc cref="Delivery.FirstAttemptAt"/>
    public DateTimeOffset? FirstAttemptAt { get; init; }
}
