using System.Security.Cryptography;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// Takes an erased reader's number out of the ledger and the audit. A settled row gets a number that is nobody's, negative and drawn anew
/// for each issue, so that the issue's sums stay and no two rows belong together. A row that is not settled keeps its number for
/// as long: a connection may be mailing it, and would not find it again to say what became of it.
/// </summary>
internal static class ErasedNumbers
{
    /// <summary>As far as a number in JSON is exact in every language.</summary>
    private const long MostOfNobody = (1L << 52) - 1;

    private const string Settled = """("State" IN ('Accepted', 'Rejected', 'Cancelled', 'Excluded'))""";

    /// <summary>In the caller's transaction, or by itself.</summary>
    /// <returns>False: rows are left that are not settled.</returns>
    public static async Task<bool> ForgetNumberAsync(this DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel)
    {
        var today = db.Stored(RoundedInstants.DayOf(now));
        foreach (var issueId in await db.Deliveries.Where(d => d.SubscriberId == subscriberId).Select(d => d.IssueId).ToListAsync(cancel))
        {
            await db.Database.ExecuteSqlRawAsync(
                """
                UPDATE "Deliveries" SET "SubscriberId" = {2}, "ReplyCode" = NULL, "EnhancedCode" = NULL, "ReplyText" = NULL,
                  "FirstAttemptAt" = NULL, "UncertainAt" = NULL, "UpdatedAt" = {3}
                WHERE "IssueId" = {0} AND "SubscriberId" = {1} AND
                """ + Settled, [issueId, subscriberId, Nobody(), today], cancel);
            var (named, plain) = (AuditTarget.Delivery(issueId, subscriberId).Name, AuditTarget.Issue(issueId).Name);
            await db.Audit.Where(entry => entry.Target == named)
                .ExecuteUpdateAsync(set => set.SetProperty(entry => entry.Target, plain), cancel);
        }
        return !await db.Deliveries.AnyAsync(d => d.SubscriberId == subscriberId, cancel);
    }

    private static long Nobody()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return -1 - (BitConverter.ToInt64(bytes) & MostOfNobody);
    }
}
