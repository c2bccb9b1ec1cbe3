namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// The id of a reader who was erased while an issue was being sent to that reader. The id is removed from the ledger, and from this table,
/// once the reader's deliveries are settled.
/// </summary>
public class ErasedReader
{
    public long SubscriberId { get; set; }
}
