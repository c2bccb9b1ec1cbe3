using Dispatch.Worker.Suppressions;

namespace Dispatch.Worker.Transfer.SuppressionLists;

/// <summary>The words for reasons in a list of suppressions, and which of two reasons is the more careful.</summary>
internal static class SuppressionWords
{
    public const string All = "bounced, complained, erased, manual";

    public static string Of(SuppressionReason reason) => reason switch
    {
        SuppressionReason.HardBounce => "bounced",
        SuppressionReason.Complaint => "complained",
        SuppressionReason.Erased => "erased",
        _ => "manual",
    };

    public static SuppressionReason? Read(string word) => word.Trim().ToLowerInvariant() switch
    {
        "bounced" or "hard-bounce" or "bounce" => SuppressionReason.HardBounce,
        "complained" or "complaint" => SuppressionReason.Complaint,
        "erased" => SuppressionReason.Erased,
        "manual" or "" => SuppressionReason.Manual,
        _ => null,
    };

    /// <summary>
    /// Returns the more careful of two reasons. After an erasure a reader may be asked for a confirmation; after the others nobody is.
    /// </summary>
    public static SuppressionReason MoreCareful(SuppressionReason one, SuppressionReason other) => Rank(one) >= Rank(other) ? one : other;

    private static int Rank(SuppressionReason reason) => reason switch
    {
        SuppressionReason.Erased => 0,
        SuppressionReason.HardBounce => 1,
        SuppressionReason.Complaint => 2,
        _ => 3,
    };
}
