using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Subscribers.Mails;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// Judges what relays refused at once, by the same rules as reports. An issue's refusals are judged when the issue has ended: until then a
/// row of refusals may turn out to be the relay's or our fault (<see cref="Mailing.Refusals"/>).
/// </summary>
[AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)] // it runs again within a minute
public sealed class RejectedDeliveries(DispatchDb db, Recording recording, Judge judge, TimeProvider clock)
{
    /// <summary>How long after its end an issue is examined.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(3);

    private const int AtOnce = 1000;

    [JobDisplayName("Judge refused deliveries"), SoonForgotten]
    public async Task RunAsync(CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - LookBack;
        var issues = await db.Issues
            .Where(issue => issue.FirstSentWith == null && (issue.State == IssueState.Sent || issue.State == IssueState.Cancelled)
                && (issue.UpdatedAt > since
                || issue.SentAt > since || issue.RestSentAt > since))
            .Select(issue => issue.Id).ToListAsync(cancel);
        foreach (var issueId in issues)
            await JudgeIssueAsync(issueId, cancel);
        await JudgeMailsAsync(since, cancel);
    }

    private async Task JudgeIssueAsync(int issueId, CancellationToken cancel)
    {
        while (true)
        {
            var rejected = await db.Deliveries.AsNoTracking()
                .Where(d => d.IssueId == issueId && d.ReplyText != null && d.State == DeliveryState.Rejected && d.SubscriberId > 0
                    && d.ReplyCode != null && !db.Set<Bounce>().Any(b => b.IssueId == d.IssueId && b.SubscriberId == d.SubscriberId
                        && b.Source == BounceSource.Reply))
                .OrderBy(d => d.SubscriberId).Take(AtOnce).ToListAsync(cancel);
            await RecordAsync(rejected.Select(row => new Judged(
                KeyOf($"{issueId}\n{row.SubscriberId}"), BounceSource.Reply,
                judge.OfReply(row.ReplyCode!.Value, row.EnhancedCode, row.ReplyText), "reply of the relay",
                new(BounceProof.Ledger, row.SubscriberId, issueId, null), [])), cancel);
            if (rejected.Count < AtOnce)
                return;
        }
    }

    private async Task JudgeMailsAsync(DateTimeOffset since, CancellationToken cancel)
    {
        var rejected = await db.SubscriberMails.AsNoTracking()
            .Where(m => m.State == SubscriberMailState.Rejected && m.UpdatedAt > since && m.ReplyCode != null
                && !db.Set<Bounce>().Any(b => b.MailId == m.Id && b.Source == BounceSource.Reply))
            .OrderBy(m => m.Id).Take(AtOnce).ToListAsync(cancel);
        await RecordAsync(rejected.Select(row => new Judged(
            KeyOf($"mail\n{row.Id}"), BounceSource.Reply, judge.OfReply(row.ReplyCode!.Value, row.EnhancedCode, row.ReplyText),
            "reply of the relay", new(BounceProof.Ledger, row.SubscriberId, null, row.Id), [])), cancel);
    }

    private async Task RecordAsync(IEnumerable<Judged> all, CancellationToken cancel)
    {
        foreach (var group in all.Chunk(Recording.GroupSize))
            await recording.RecordAllAsync(group, cancel);
    }

    private static byte[] KeyOf(string what) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"reply\n{what}")));
}
