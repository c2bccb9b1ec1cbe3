using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Suppressions;

/// <summary>
/// The one rule for which addresses may be mailed: nothing goes to a suppressed address. The rule is checked when a message is sent, not
/// only when it is requested. There is one exception: a reader who was erased on request may be asked for a confirmation, which then lifts
/// the suppression. No confirmation lifts a suppression for another reason.
/// </summary>
public static class MayBeMailed
{
    /// <param name="db">The database with the suppressions.</param>
    /// <param name="addressHash">The keyed hash of the recipient's address, 32 bytes.</param>
    /// <param name="asks">Whether the message only asks its recipient for a confirmation.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task<bool> MayBeMailedAsync(this DispatchDb db, byte[] addressHash, bool asks, CancellationToken cancel) =>
        !await db.Suppressions.AnyAsync(s => s.AddressHash == addressHash && !(asks && s.Reason == SuppressionReason.Erased), cancel);

    /// <summary>Lifts the suppression of a reader who was erased and has now confirmed again. Runs in the caller's transaction.</summary>
    public static Task<int> LiftErasureAsync(this DispatchDb db, byte[] addressHash, CancellationToken cancel) =>
        db.Suppressions.Where(s => s.AddressHash == addressHash && s.Reason == SuppressionReason.Erased).ExecuteDeleteAsync(cancel);

    /// <summary>
    /// Returns the hashes of all suppressed addresses. There are few of them compared with subscribers, so counts start from this table.
    /// </summary>
    public static IQueryable<byte[]> SuppressedHashes(this DispatchDb db) => db.Suppressions.Select(s => s.AddressHash);

    /// <summary>Returns the SQL condition that an address is suppressed. The fan-out and each claim use the same condition.</summary>
    /// <param name="hash">The SQL expression for the address's hash.</param>
    public static string SuppressedSql(string hash) => $"""EXISTS (SELECT 1 FROM "Suppressions" x WHERE x."AddressHash" = {hash})""";
}
