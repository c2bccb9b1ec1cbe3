using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Suppressions;

/// <summary>
/// The one rule for which addresses may be mailed. It is checked when a mail is sent, whatever kind it is, and not only when it is
/// requested: nothing goes to a suppressed address. One exception: whoever was erased at their own request may be asked whether they want
/// mail again, and their answer lifts the suppression. Nobody's answer lifts the other reasons.
/// </summary>
public static class MayBeMailed
{
    /// <param name="db">Where the suppressions are.</param>
    /// <param name="addressHash">Keyed hash of the address it goes to, 32 bytes.</param>
    /// <param name="asks">Whether the mail only asks its reader for a confirmation.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task<bool> MayBeMailedAsync(this DispatchDb db, byte[] addressHash, bool asks, CancellationToken cancel) =>
        !await db.Suppressions.AnyAsync(s => s.AddressHash == addressHash && !(asks && s.Reason == SuppressionReason.Erased), cancel);

    /// <summary>Records the answer: the reader wants mail again. In the caller's transaction.</summary>
    public static Task<int> LiftErasureAsync(this DispatchDb db, byte[] addressHash, CancellationToken cancel) =>
        db.Suppressions.Where(s => s.AddressHash == addressHash && s.Reason == SuppressionReason.Erased).ExecuteDeleteAsync(cancel);

    /// <summary>
    /// The hashes of all addresses that no issue may go to; few compared with the subscribers, so counting starts from them.
    /// </summary>
    public static IQueryable<byte[]> SuppressedHashes(this DispatchDb db) => db.Suppressions.Select(s => s.AddressHash);

    /// <summary>Whether an address may not get an issue, as SQL: the same for the fan-out and for each claim.</summary>
    /// <param name="hash">The expression that gives the address's hash.</param>
    public static string SuppressedSql(string hash) => $"""EXISTS (SELECT 1 FROM "Suppressions" x WHERE x."AddressHash" = {hash})""";
}
