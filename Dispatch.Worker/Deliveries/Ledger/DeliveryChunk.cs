namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>A part of an issue's deliveries, leased to one worker at a time and run as one Hangfire job.</summary>
public class DeliveryChunk
{
    public int IssueId { get; set; }

    /// <summary>From 1.</summary>
    public int Number { get; set; }
    public bool Done { get; set; }

    /// <summary>Which run holds it; a run whose lease was taken over finds another name here and claims nothing more.</summary>
    public string? LeasedBy { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>A Hangfire job for it was queued and is expected to have begun by then; after that another is queued.</summary>
    public DateTimeOffset? QueuedUntil { get; set; }

    /// <summary>Not before this instant is there anything to do in it: the earliest retry, or when the relay has rested.</summary>
    public DateTimeOffset NextAttemptAt { get; set; }
}
