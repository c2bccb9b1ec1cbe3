namespace Dispatch.Worker.Transfer;

/// <summary>
/// What a file says about a reader, from the least to the most careful. If two statements about a reader disagree, the greater one counts,
/// whatever their order.
/// </summary>
public enum ReaderStatus
{
    Pending,
    Confirmed,
    Unsubscribed,
    Bounced,
    Complained,
}

/// <summary>The words for <see cref="ReaderStatus"/> in files and on the command line.</summary>
public static class StatusWords
{
    public const string All = "pending, confirmed, unsubscribed, bounced, complained";

    public static string Of(ReaderStatus status) => status switch
    {
        ReaderStatus.Pending => "pending",
        ReaderStatus.Confirmed => "confirmed",
        ReaderStatus.Unsubscribed => "unsubscribed",
        ReaderStatus.Bounced => "bounced",
        _ => "complained",
    };

    public static ReaderStatus? Read(string? word) => (word ?? "").Trim().ToLowerInvariant() switch
    {
        "pending" => ReaderStatus.Pending,
        "confirmed" => ReaderStatus.Confirmed,
        "unsubscribed" => ReaderStatus.Unsubscribed,
        "bounced" => ReaderStatus.Bounced,
        "complained" => ReaderStatus.Complained,
        _ => null,
    };
}
