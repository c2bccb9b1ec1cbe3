namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// What a provider's servers said to an issue, in sums over all workers. A run adds its own when it is over, so a run that is killed leaves
/// its sums out. The ledger's rows, not these sums, say what became of each delivery.
/// </summary>
public class ProviderSum
{
    public int IssueId { get; set; }

    /// <summary>The provider's name, or <c>other</c> for all that have none (<see cref="Providers.MailProvider"/>).</summary>
    public string Provider { get; set; } = "";

    /// <summary>The messages accepted.</summary>
    public int Accepted { get; set; }

    /// <summary>How often a server said "later".</summary>
    public int Deferred { get; set; }

    /// <summary>The refusals that concern the reader.</summary>
    public int Rejected { get; set; }

    /// <summary>The refusals that are about us, since the issue last resumed after a pause for this provider.</summary>
    public int Refused { get; set; }

    /// <summary>
    /// The reports of refusals about us that came back later, since the issue last resumed after a pause for this provider.
    /// </summary>
    public int Reported { get; set; }

    /// <summary>Since when the issue is paused for this provider's refusals. Null if it isn't.</summary>
    public DateTimeOffset? HeldAt { get; set; }

    /// <summary>Why it is paused, as a sentence or two for people. Null if it isn't.</summary>
    public string? HeldFor { get; set; }

    /// <summary>When the issue last resumed after such a pause. Null if it never did.</summary>
    public DateTimeOffset? ResumedAt { get; set; }
}
