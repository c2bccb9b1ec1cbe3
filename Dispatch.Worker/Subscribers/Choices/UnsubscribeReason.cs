namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>How many readers gave a reason for leaving a newsletter. Nothing else about their answers is stored.</summary>
public class UnsubscribeCount
{
    public int NewsletterId { get; set; }
    public UnsubscribeReason Reason { get; set; }
    public int Readers { get; set; }
}

/// <summary>The reasons that readers can choose when they unsubscribe.</summary>
public enum UnsubscribeReason
{
    TooMany,
    NotForMe,
    NeverAsked,
    NoTime,
    Unsafe,
    Other,
}
