namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// The words for what is stored about a reader, in the CSV that readers open in a spreadsheet. The JSON keeps its own names.
/// </summary>
internal static class ReaderColumns
{
    public static string Of(string name) => name switch
    {
        "knownSince" => "known since",
        "neverMailed" => "never emailed because",
        "neverMailedSince" => "never emailed since",
        "signUps" => "sign-ups",
        "mails" => "other emails",
        "createdAt" => "created",
        "confirmedAt" => "confirmed",
        "unsubscribedAt" => "unsubscribed",
        "saidWhy" => "gave a reason for leaving",
        "pausedUntil" => "paused until",
        "expiresAt" => "expires",
        "remindedAt" => "reminder sent",
        "robotSeenAt" => "mail scanner noticed",
        "doubtedAt" => "button pressed, perhaps by a mail scanner",
        "firstAttemptAt" => "first attempt",
        "uncertainAt" => "outcome unknown since",
        "at" => "time",
        _ => name,
    };
}
