using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Suppressions;

/// <summary>
/// No suppressed address may be mailed. This is checked when a message is sent. The only exception: a reader who was erased on request may
/// be asked for a confirmation, which lifts the suppression.
/// </summary>
public static class MayBeMailed
{
    /// <param name="db">The database with the suppressions.</param>
    /// <param name="addressHash">The keyed hash of the recipient's address, 32 bytes.</param>
    /// <param name="asks">Whether the message only asks its recipient for a confirmation.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public static async Task<bool> MayBeMailedAsync(this DispatchDb db, byte[] addressHash, bool asks, CancellationToken cancel) =>
        !await db.Suppressions.AnyAsync(s => s.AddressHash == addressHash && !(asks && s.Reason == SuppressionReason.Erased), cancel);

    /// <summary>Returns whether an address may be mailed in spite of a suppression for this reason.</summary>
    internal static bool Allows(SuppressionReason reason, bool asks) => asks && reason is SuppressionReason.Erased;

    /// <summary>Reads which of these addresses are suppressed, for a group of messages.</summary>
    /// <param name="db">The database with the suppressions.</param>
    /// <param name="addressHashes">The keyed hashes of the recipients' addresses, 32 bytes each.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public static async Task<SuppressedAddresses> SuppressedAmongAsync(
        this DispatchDb db, IReadOnlyCollection<byte[]> addressHashes, CancellationToken cancel) =>
        new((await db.Suppressions.AsNoTracking().Where(s => addressHashes.Contains(s.AddressHash)).ToListAsync(cancel))
            .ToDictionary(s => Convert.ToHexString(s.AddressHash), s => s.Reason));

    /// <summary>
    /// Suppresses an address in the caller's transaction, in which the reader's row is locked. Of two reasons the more careful stays, so
    /// that lifting a bounce does not lift a complaint. Returns false if nothing changes.
    /// </summary>
    /// <param name="db">The database; the caller saves the change.</param>
    /// <param name="addressHash">The keyed hash of the address, 32 bytes.</param>
    /// <param name="known">The address's suppression, tracked by <paramref name="db"/>, or null if it has none.</param>
    /// <param name="reason">Why it is suppressed.</param>
    /// <param name="now">The current time.</param>
    /// <param name="suppression">The suppression that holds now.</param>
    public static bool Suppress(
        this DispatchDb db, byte[] addressHash, Suppression? known, SuppressionReason reason, DateTimeOffset now,
        out Suppression suppression)
    {
        suppression = known ?? new Suppression { AddressHash = addressHash, Reason = reason, CreatedAt = now };
        if (known is null)
            db.Suppressions.Add(suppression);
        else if (SuppressionReasons.MoreCareful(known.Reason, reason) == known.Reason)
            return false;
        else
            (known.Reason, known.CreatedAt) = (reason, now);
        return true;
    }

    /// <summary>Lifts the suppression of an address if it has one of these reasons, in the caller's transaction.</summary>
    public static async Task<bool> LiftAsync(
        this DispatchDb db, byte[] addressHash, IReadOnlyCollection<SuppressionReason> reasons, CancellationToken cancel) =>
        await db.Suppressions.Where(s => s.AddressHash == addressHash && reasons.Contains(s.Reason)).ExecuteDeleteAsync(cancel) > 0;

    /// <summary>Lifts the suppression of a reader who was erased and has now confirmed again. Runs in the caller's transaction.</summary>
    public static Task<int> LiftErasureAsync(this DispatchDb db, byte[] addressHash, CancellationToken cancel) =>
        db.Suppressions.Where(s => s.AddressHash == addressHash && s.Reason == SuppressionReason.Erased).ExecuteDeleteAsync(cancel);

    /// <summary>
    /// Returns the hashes of all suppressed addresses. There are far fewer of them than subscribers, so counts start from this table.
    /// </summary>
    public static IQueryable<byte[]> SuppressedHashes(this DispatchDb db) => db.Suppressions.Select(s => s.AddressHash);

    /// <summary>Returns the SQL condition that an address is suppressed.</summary>
    /// <param name="hash">The SQL expression for the address's hash.</param>
    public static string SuppressedSql(string hash) => $"""EXISTS (SELECT 1 FROM "Suppressions" x WHERE x."AddressHash" = {hash})""";
}

/// <summary>The suppressed addresses of a group, with the reason for each.</summary>
public sealed class SuppressedAddresses
{
    private readonly Dictionary<string, SuppressionReason> reasons;

    internal SuppressedAddresses(Dictionary<string, SuppressionReason> reasons) => this.reasons = reasons;

    /// <summary>Returns what <see cref="MayBeMailed.MayBeMailedAsync"/> returns for an address of the group.</summary>
    public bool MayBeMailed(byte[] addressHash, bool asks) =>
        !reasons.TryGetValue(Convert.ToHexString(addressHash), out var reason) || Suppressions.MayBeMailed.Allows(reason, asks);
}
