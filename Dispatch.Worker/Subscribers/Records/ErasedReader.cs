namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// The id of a reader who was erased while an issue was being sent to that reader. It is removed, here and from the ledger, once the
/// reader's deliveries are finished.
/// </summary>
public class ErasedReader
{
    public long SubscriberId { get; set; }
}
