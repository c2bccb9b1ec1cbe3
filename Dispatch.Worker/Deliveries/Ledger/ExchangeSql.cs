using Dispatch.Worker.Suppressions;
using static Dispatch.Worker.Subscribers.ActiveSubscriptions;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// The SQL conditions for claims and outcomes, the same on both databases. A delivery may be claimed only by the run that holds its chunk,
/// while the issue is being sent, for a reader who may still be mailed at this address. So an unsubscribe or a lost lease takes effect even
/// if it comes just before the claim.
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
    /// Whether the reader still has the address that the run has read. If not, the next run mails the reader at the new address.
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
    /// The reason to exclude a delivery for which <see cref="IsExcluded"/> is true. A reader who is subscribed and not suppressed must have
    /// paused.
    /// </summary>
    public static string ReasonToExclude(string hash, string newsletter) => $"""
        CASE WHEN NOT EXISTS (SELECT 1 FROM "Subscribers" r WHERE r."Id" = d."SubscriberId") THEN 'Erased'
          WHEN {Suppressed(hash)} THEN 'Suppressed' WHEN {Subscribed(newsletter)} THEN 'Paused' ELSE 'Unsubscribed' END
        """;

    /// <summary>
    /// Whether an outcome may be recorded. Accepted and Rejected are final, so they are recorded even if another run has taken over the
    /// chunk. Any other outcome counts only from the run that holds the chunk.
    /// </summary>
    public static string MayRecord(string state, string chunk, string run) => $"""
        ((d."State" = 'Claimed' AND ({state} IN ('Accepted', 'Rejected')
            OR EXISTS (SELECT 1 FROM "DeliveryChunks" c WHERE c."IssueId" = d."IssueId" AND c."Number" = {chunk} AND c."LeasedBy" = {run})))
          OR (d."State" = 'Uncertain' AND {state} IN ('Accepted', 'Rejected'))
          OR ({state} = 'Accepted' AND d."State" IN ('Pending', 'Deferred', 'Rejected', 'Cancelled')))
        """;

    /// <summary>
    /// The value of FirstAttemptAt after an attempt: null if the message was accepted, or if the attempt does not count (because the relay
    /// was down, for example).
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
