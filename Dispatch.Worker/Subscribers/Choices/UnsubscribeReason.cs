namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>How many readers left a newsletter for a given reason. That is all that is kept of what they said.</summary>
public class UnsubscribeCount
{
    public int NewsletterId { get; set; }
    public UnsubscribeReason Reason { get; set; }
    public int Readers { get; set; }
}

/// <summary>What a reader can answer when asked why they are leaving.</summary>
public enum UnsubscribeReason
{
    TooMany,
    NotForMe,
    NeverAsked,
    NoTime,
    Unsafe,
    Other,
}
