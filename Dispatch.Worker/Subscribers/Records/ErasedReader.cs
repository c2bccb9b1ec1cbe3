namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// The id of a reader who was erased while an issue was being sent to that reader. Once the reader's deliveries are settled, the id is
/// removed from the ledger and from this table.
/// </summary>
public class ErasedReader
{
    public long SubscriberId { get; set; }
}
