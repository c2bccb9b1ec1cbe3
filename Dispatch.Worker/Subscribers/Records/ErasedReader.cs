namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// The number of a reader who was erased while an issue to them was under way. It is removed from the ledger, and from here, once each of
/// their rows has reached its end.
/// </summary>
public class ErasedReader
{
    public long SubscriberId { get; set; }
}
