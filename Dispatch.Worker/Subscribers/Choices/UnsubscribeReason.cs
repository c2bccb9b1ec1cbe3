namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>The number of readers who gave one reason for leaving one newsletter. Nothing else about their answers is stored.</summary>
public class UnsubscribeCount
{
    public int NewsletterId { get; set; }
    public UnsubscribeReason Reason { get; set; }
    public int Readers { get; set; }
}

/// <summary>The answers that a reader can give when asked why they are leaving.</summary>
public enum UnsubscribeReason
{
    TooMany,
    NotForMe,
    NeverAsked,
    NoTime,
    Unsafe,
    Other,
}
