using System.Security.Cryptography;
using System.Text.Json;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Ledger;

/// <summary>
/// Removes an erased reader's number from the ledger and the audit log. Each settled row gets its own random negative number, so the
/// issue's totals stay correct and no two rows can be linked. Other rows keep the reader's number until their outcome is recorded.
/// </summary>
internal sealed class LedgerTraces : IReaderTraces
{
    /// <summary>
    /// The limit for the numbers that belong to nobody. Every language can read numbers up to this limit exactly from JSON.
    /// </summary>
    private const long MostOfNobody = (1L << 52) - 1;

    private const string Settled = """("State" IN ('Accepted', 'Rejected', 'Cancelled', 'Excluded'))""";

    public async Task<bool> ForgetAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel)
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

    public Task ForgetRepliesAsync(DispatchDb db, DateTimeOffset before, CancellationToken cancel) => db.Deliveries
        .Where(d => d.ReplyText != null && d.UpdatedAt < before)
        .ExecuteUpdateAsync(set => set.SetProperty(d => d.ReplyText, (string?)null)
            .SetProperty(d => d.UpdatedAt, RoundedInstants.DayOf(before)), cancel);

    public async Task<IReadOnlyList<IssueRecord>> IssuesAsync(DispatchDb db, long subscriberId, CancellationToken cancel)
    {
        var rows = await (from delivery in db.Deliveries
                          where delivery.SubscriberId == subscriberId
                          join issue in db.Issues on delivery.IssueId equals issue.Id
                          orderby issue.Id
                          select new { issue.Subject, Delivery = delivery }).AsNoTracking().ToListAsync(cancel);
        return [.. rows.Select(row => RecordOf(row.Subject, row.Delivery))];
    }

    private static IssueRecord RecordOf(string subject, Delivery delivery)
    {
        return new(
            subject, Word(delivery.State), delivery.Reason is { } reason ? Word(reason) : null, delivery.Attempts,
            delivery.FirstAttemptAt, delivery.UncertainAt, delivery.UpdatedAt,
            Words(delivery.ReplyCode, delivery.EnhancedCode, delivery.ReplyText));

        static string Words(params IEnumerable<object?> parts) => string.Join(' ', parts.Where(part => part is not null));

        static string Word(Enum value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
    }

    private static long Nobody()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return -1 - (BitConverter.ToInt64(bytes) & MostOfNobody);
    }
}
