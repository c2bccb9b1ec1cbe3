using Dispatch.Worker.Suppressions;

namespace Dispatch.Worker.Transfer.SuppressionLists;

/// <summary>The words that suppression lists use for reasons.</summary>
internal static class SuppressionWords
{
    public const string All = "bounced, soft-bounced, complained, erased, manual";

    public static string Of(SuppressionReason reason) => reason switch
    {
        SuppressionReason.HardBounce => "bounced",
        SuppressionReason.SoftBounce => "soft-bounced",
        SuppressionReason.Complaint => "complained",
        SuppressionReason.Erased => "erased",
        _ => "manual",
    };

    public static SuppressionReason? Read(string word) => word.Trim().ToLowerInvariant() switch
    {
        "bounced" or "hard-bounce" or "bounce" or "hardbounce" or "hard bounce" => SuppressionReason.HardBounce,
        "soft-bounced" or "soft-bounce" => SuppressionReason.SoftBounce,
        "complained" or "complaint" or "spamcomplaint" or "spam complaint" or "spam" => SuppressionReason.Complaint,
        "erased" => SuppressionReason.Erased,
        "manual" or "manualsuppression" or "unsubscribed" or "unsubscribe" or "" => SuppressionReason.Manual,
        _ => null,
    };
}
