namespace Dispatch.Worker.Bounces.Verdicts;

/// <summary>What a returned message means for one recipient.</summary>
public enum BounceKind
{
    /// <summary>Nothing: a letter, a notice, or a message that was delivered or is still being retried.</summary>
    None,

    /// <summary>The mailbox is gone, or never existed.</summary>
    Hard,

    /// <summary>The mailbox or its host could not take the message this time.</summary>
    Soft,

    /// <summary>The message was refused because of us: reputation, authentication, content, size, rate.</summary>
    Policy,

    /// <summary>The reader pressed "spam".</summary>
    Complaint,

    /// <summary>A program answered.</summary>
    AutoReply,
}

/// <summary>The verdict on one recipient of a message, and the reasons for it.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="EnhancedCode">The decisive enhanced status code, such as 5.1.1, or null if there is none.</param>
/// <param name="Reason">What the verdict means, for display: fixed words, never the message's own.</param>
/// <param name="Rule">The decisive rule, such as <c>code 5.1.1</c>, <c>reply 550</c> or <c>text: user unknown</c>.</param>
public sealed record Verdict(BounceKind Kind, string? EnhancedCode, string Reason, string Rule)
{
    /// <summary>Returns a kind as one lower-case word, as <c>bounces classify</c> prints it.</summary>
    public static string Word(BounceKind kind) => kind is BounceKind.AutoReply ? "auto-reply" : kind.ToString().ToLowerInvariant();
}
