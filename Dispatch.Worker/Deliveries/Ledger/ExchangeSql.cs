using Dispatch.Worker.Suppressions;
using static Dispatch.Worker.Subscribers.ActiveSubscriptions;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The conditions of the two statements on the ledger's hot path, the same on both databases. A delivery may be claimed only by the run
/// that holds its chunk, and only while the issue is being sent. Its reader must still be subscribed, neither paused nor suppressed, and
/// still have the address that the message goes to. So an unsubscription, a pause, a change of address or a lost lease takes effect even if
/// it comes just before the claim.
/// </summary>
internal static class ExchangeSql
{
    /// <summary>
    /// The deliveries that may be claimed. An uncertain delivery with a time for its next attempt is sent again; without a time it waits
    /// for a person.
    /// </summary>
    private const string Open = """(d."State" IN ('Pending', 'Deferred') OR (d."State" = 'Uncertain' AND d."NextAttemptAt" IS NOT NULL))""";

    /// <summary>Whether a run still holds its chunk, and the issue is being sent.</summary>
    public static string Held(string issue, string chunk, string run) =>
        $"""
        EXISTS (SELECT 1 FROM "DeliveryChunks" c JOIN "Issues" i ON i."Id" = c."IssueId"
          WHERE c."IssueId" = {issue} AND c."Number" = {chunk} AND c."LeasedBy" = {run} AND i."State" = 'Sending')
        """;

    private static string Subscribed(string newsletter, string? and = null) =>
        $"""EXISTS (SELECT 1 FROM "Subscriptions" s WHERE s."SubscriberId" = d."SubscriberId" AND {SubscribedSql("s", newsletter)}{and})""";

    private static string Active(string newsletter, string now) => Subscribed(newsletter, $" AND {NotPausedSql("s", now)}");

    /// <summary>
    /// Whether the address that the run has read is suppressed, judged by its hash. Erased readers need no check here, since erasure also
    /// ends the subscription.
    /// </summary>
    private static string Suppressed(string hash) => MayBeMailed.SuppressedSql(hash);

    /// <summary>
    /// Whether the reader still has the address that the run has read. A reader who has changed address is neither mailed at the old
    /// address nor excluded: the next run reads the new address.
    /// </summary>
    private static string StillAt(string hash) =>
        $"""EXISTS (SELECT 1 FROM "Subscribers" r WHERE r."Id" = d."SubscriberId" AND r."AddressHash" = {hash})""";

    public static string MayClaim(string hash, string newsletter, string now) =>
        $"""{Open} AND {Active(newsletter, now)} AND NOT {Suppressed(hash)} AND {StillAt(hash)}""";

    public static string IsExcluded(string hash, string newsletter, string now) =>
        $"""{Open} AND (NOT {Active(newsletter, now)} OR ({Suppressed(hash)} AND {StillAt(hash)}))""";

    public static string HasMoved(string hash, string newsletter, string now) =>
        $"""{Open} AND {Active(newsletter, now)} AND NOT {StillAt(hash)}""";

    /// <summary>
    /// The reason to exclude a delivery for which <see cref="IsExcluded"/> is true. A reader who is still subscribed, and not suppressed,
    /// has paused.
    /// </summary>
    public static string ReasonToExclude(string hash, string newsletter) => $"""
        CASE WHEN NOT EXISTS (SELECT 1 FROM "Subscribers" r WHERE r."Id" = d."SubscriberId") THEN 'Erased'
          WHEN {Suppressed(hash)} THEN 'Suppressed' WHEN {Subscribed(newsletter)} THEN 'Paused' ELSE 'Unsubscribed' END
        """;

    /// <summary>
    /// Whether an outcome may be recorded, even if it arrives after another run has taken over the chunk. Accepted and Rejected count from
    /// any run, since the relay has decided for good. Accepted also replaces Pending, Deferred, Rejected and Cancelled. Any other outcome
    /// counts only from the run that holds the chunk. The chunk is checked last, since nearly every outcome is Accepted or Rejected.
    /// </summary>
    public static string MayRecord(string state, string chunk, string run) => $"""
        ((d."State" = 'Claimed' AND ({state} IN ('Accepted', 'Rejected')
            OR EXISTS (SELECT 1 FROM "DeliveryChunks" c WHERE c."IssueId" = d."IssueId" AND c."Number" = {chunk} AND c."LeasedBy" = {run})))
          OR (d."State" = 'Uncertain' AND {state} IN ('Accepted', 'Rejected'))
          OR ({state} = 'Accepted' AND d."State" IN ('Pending', 'Deferred', 'Rejected', 'Cancelled')))
        """;

    /// <summary>
    /// The value of FirstAttemptAt after an attempt. An attempt that counts keeps the instant of its claim. An attempt that does not count
    /// (the relay was down, for example) clears the value, and an accepted attempt clears it too.
    /// </summary>
    public static string FirstAttempt(string state, string attempts) =>
        $"""CASE WHEN {attempts} = 0 OR {state} = 'Accepted' THEN NULL ELSE d."FirstAttemptAt" END""";

    /// <summary>
    /// The reply text to keep: none for an accepted message. A text like "queued as …", together with the relay's log, would identify the
    /// reader to anyone who stole the database.
    /// </summary>
    public static string ReplyText(string state, string reply) =>
        $"""CASE WHEN {state} = 'Accepted' THEN NULL ELSE COALESCE({reply}, d."ReplyText") END""";
}
