namespace Dispatch.Worker.Subscribers;

/// <summary>How many sign-ups there were since an instant: from one network, or of all. Rows are purged when their window has passed.</summary>
public class SignUpTally
{
    /// <summary>Of a network a keyed hash under a key that changes every day; else a word.</summary>
    public required byte[] Key { get; set; }
    public DateTimeOffset StartedAt { get; set; }
    public int Count { get; set; }
}
