namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A part of an issue's deliveries, leased to one worker at a time and run as one Hangfire job.</summary>
public class DeliveryChunk
{
    public int IssueId { get; set; }

    /// <summary>The chunk's number within the issue, from 1.</summary>
    public int Number { get; set; }
    public bool Done { get; set; }

    /// <summary>
    /// The name of the run that holds the chunk. A run whose lease was taken over finds another name here and makes no more claims.
    /// </summary>
    public string? LeasedBy { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>When the chunk's queued Hangfire job must have begun. After this instant, another job is queued.</summary>
    public DateTimeOffset? QueuedUntil { get; set; }

    /// <summary>The earliest instant at which the chunk has something to do: its earliest retry, or the end of the relay's rest.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>The totals of the chunk's deliveries (<see cref="ChunkTotals"/>), or null while they change.</summary>
    public string? Totals { get; set; }
}
