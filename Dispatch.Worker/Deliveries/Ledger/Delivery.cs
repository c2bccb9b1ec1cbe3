using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// A row of the ledger: one issue to one subscriber, created at fan-out and never deleted. When the reader is erased, the row stays, under
/// a number that belongs to nobody (<see cref="LedgerTraces"/>).
/// </summary>
public class Delivery
{
    public int IssueId { get; set; }
    public long SubscriberId { get; set; }

    /// <summary>Whether the reader has been erased. The row then holds a number that belongs to nobody.</summary>
    public bool IsOfNobody => SubscriberId < 0;
    public int Chunk { get; set; }
    public DeliveryState State { get; set; }

    /// <summary>Why the reader is not mailed. Null unless the delivery is excluded.</summary>
    public ExclusionReason? Reason { get; set; }
    public int Attempts { get; set; }

    /// <summary>
    /// When the first attempt that counts was made. The retry window starts at this instant, and every copy of the message carries it as
    /// its date. Null before the first attempt, and after a person restarted the delivery.
    /// </summary>
    public DateTimeOffset? FirstAttemptAt { get; set; }

    /// <summary>
    /// How often a run claimed this delivery and ended without recording an outcome. Either the run crashed, or this message triggers a bug
    /// in Dispatch.
    /// </summary>
    public int Faults { get; set; }

    /// <summary>When a deferred or uncertain delivery is due again. If null, an uncertain delivery waits for a person.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>The last reply's code (RFC 5321 §4.2), such as 250; null before the first reply.</summary>
    public int? ReplyCode { get; set; }

    /// <summary>The last reply's enhanced code (RFC 3463), such as 5.1.1.</summary>
    public string? EnhancedCode { get; set; }

    /// <summary>The last reply's text without the reader's address. Kept for failures only, and for 30 days.</summary>
    public string? ReplyText { get; set; }

    /// <summary>
    /// When a crash or a broken connection last hid this delivery's outcome. Set in every <see cref="DeliveryState.Uncertain"/> row, and
    /// kept when the message is sent again.
    /// </summary>
    public DateTimeOffset? UncertainAt { get; set; }

    /// <summary>
    /// How often the outcome was lost since a person last decided about this delivery. The count limits automatic resends.
    /// </summary>
    public int Lost { get; set; }

    /// <summary>When the row last changed; rounded to the hour for accepted messages.</summary>
    public DateTimeOffset UpdatedAt { get; set; }
}

public static class UncertainRows
{
    /// <summary>Returns an issue's deliveries whose outcome is unknown. An index makes this fast even for a large issue.</summary>
    public static IQueryable<Delivery> UncertainOf(this IQueryable<Delivery> deliveries, int issueId) =>
        deliveries.Where(d => d.IssueId == issueId && d.UncertainAt != null && d.State == DeliveryState.Uncertain);

    /// <summary>Marks as uncertain the deliveries that a run was sending when it died.</summary>
    /// <param name="db">The database.</param>
    /// <param name="issueId">The issue.</param>
    /// <param name="chunk">The dead run's chunk.</param>
    /// <param name="again">When the deliveries are sent again automatically, or null if a person decides.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <param name="heir">
    /// The run that has leased the chunk, or null if nobody has. If it has lost the lease, nothing is marked: the deliveries are another
    /// run's.
    /// </param>
    public static Task<int> MarkClaimedUncertainAsync(
        this DispatchDb db, int issueId, int chunk, DateTimeOffset? again, DateTimeOffset now, CancellationToken cancel,
        string? heir = null)
    {
        var claimed = db.Deliveries.Where(d => d.IssueId == issueId && d.Chunk == chunk && d.State == DeliveryState.Claimed);
        var chunks = db.DeliveryChunks;
        if (heir is not null)
            claimed = claimed.Where(d => chunks.Any(c => c.IssueId == d.IssueId && c.Number == d.Chunk && c.LeasedBy == heir));
        return claimed.ExecuteUpdateAsync(set =>
        {
            set.SetProperty(d => d.State, DeliveryState.Uncertain).SetProperty(d => d.Attempts, d => d.Attempts + 1)
                .SetProperty(d => d.Faults, d => d.Faults + 1)
                .SetProperty(d => d.UncertainAt, now).SetProperty(d => d.UpdatedAt, now);
            if (again is { } at)
                set.SetProperty(d => d.NextAttemptAt, d => d.Faults + 1 < DeliveryLedger.MostFaults ? at : null);
        }, cancel);
    }
}

public enum DeliveryState
{
    Pending,

    /// <summary>A connection is sending the message. If a crash leaves a row in this state, the outcome is unknown.</summary>
    Claimed,
    Accepted,
    Deferred,
    Rejected,
    Uncertain,
    Cancelled,
    Excluded,
}

public enum ExclusionReason
{
    Suppressed,
    Unsubscribed,
    Erased,

    /// <summary>The reader has paused until a later date.</summary>
    Paused,

    /// <summary>The address can no longer be decrypted, because its key is gone.</summary>
    Unreadable,
}
