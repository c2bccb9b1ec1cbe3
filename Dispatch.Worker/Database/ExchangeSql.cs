namespace Dispatch.Worker.Database;

/// <summary>
/// The conditions of the ledger's two hot statements, the same on both databases. A delivery may be claimed only by the run that
/// holds its chunk, while the issue is being sent, for a reader who is still subscribed, has not paused it and is not suppressed: so an unsubscribe,
/// a pause or a lost lease wins up to the moment before the mail.
/// </summary>
internal static class ExchangeSql
{
    public const string Open = """d."State" IN ('Pending', 'Deferred')""";

    /// <summary>Needs <c>run</c>.</summary>
    public static string Held(string run) =>
        $"""EXISTS (SELECT 1 FROM "DeliveryChunks" c JOIN "Issues" i ON i."Id" = c."IssueId" WHERE c."IssueId" = d."IssueId" AND c."Number" = d."Chunk" AND c."LeasedBy" = {run} AND i."State" = 'Sending')""";

    public const string Subscribed =
        """EXISTS (SELECT 1 FROM "Issues" i JOIN "Subscriptions" s ON s."NewsletterId" = i."NewsletterId" WHERE i."Id" = d."IssueId" AND s."SubscriberId" = d."SubscriberId" AND s."State" = 'Confirmed' AND s."PausedUntil" IS NULL)""";

    /// <summary>A pause whose day has come is cleared by the sweep, and at fan-out; until then there is a day.</summary>
    private const string Paused =
        """EXISTS (SELECT 1 FROM "Issues" i JOIN "Subscriptions" s ON s."NewsletterId" = i."NewsletterId" WHERE i."Id" = d."IssueId" AND s."SubscriberId" = d."SubscriberId" AND s."State" = 'Confirmed' AND s."PausedUntil" IS NOT NULL)""";

    public const string Suppressed =
        """EXISTS (SELECT 1 FROM "Subscribers" r JOIN "Suppressions" x ON x."AddressHash" = r."AddressHash" WHERE r."Id" = d."SubscriberId")""";

    public const string ReasonToExclude =
        $"""CASE WHEN {Suppressed} THEN 'Suppressed' WHEN {Paused} THEN 'Paused' WHEN EXISTS (SELECT 1 FROM "Subscribers" r WHERE r."Id" = d."SubscriberId") THEN 'Unsubscribed' ELSE 'Erased' END""";

    /// <summary>An outcome may come late, after its chunk was taken over: that a relay accepted the mail is true all the same.</summary>
    public static string MayRecord(string state) =>
        $"""(d."State" IN ('Claimed', 'Uncertain') OR ({state} = 'Accepted' AND d."State" IN ('Pending', 'Deferred')))""";
}
