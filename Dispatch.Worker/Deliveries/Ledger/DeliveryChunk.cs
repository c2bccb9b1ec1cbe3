namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A part of an issue's deliveries, leased to one worker at a time and run as one Hangfire job.</summary>
public class DeliveryChunk
{
    public int IssueId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }
    public bool Done { get; set; }

    /// <summary>Which run holds it; a run whose lease was taken over finds another name here and makes no more claims.</summary>
    public string? LeasedBy { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>A Hangfire job for it was queued and is expected to have begun by then; after that, another is queued.</summary>
    public DateTimeOffset? QueuedUntil { get; set; }

    /// <summary>There is nothing to do in it before this instant: the earliest retry, or the end of the relay's rest.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }
}
