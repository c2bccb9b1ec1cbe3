namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>How many sign-ups there were in a window that is not over: from one network, of all, or to one address. Rows are purged when it is.</summary>
public class SignUpTally
{
    /// <summary>Of a network a keyed hash under a key that changes every day, of an address one that stays; else a word.</summary>
    public required byte[] Key { get; set; }
    public DateTimeOffset EndsAt { get; set; }
    public int Count { get; set; }
}
