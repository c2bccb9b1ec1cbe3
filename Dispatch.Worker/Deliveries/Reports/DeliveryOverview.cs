using System.Linq.Expressions;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Reports;

/// <summary>
/// The state of all deliveries at a glance, for ops: how far each issue has got, what is waiting, and what comes next. Contains totals and
/// ids, but no reader's data.
/// </summary>
public sealed class DeliveryOverview(DispatchDb db, DeliveryLedger ledger, Slots slots, TimeProvider clock)
{
    private const int Finished = 3;
    private const int SlotsAhead = 4;
    private const int AuditEntries = 15;

    /// <summary>Returns the issues that are going out, and the last few that went out.</summary>
    public async Task<IReadOnlyList<IssueOnItsWay>> IssuesAsync(CancellationToken cancel)
    {
        var begun = db.Issues.AsNoTracking().Where(issue => issue.SendStartedAt != null && issue.FirstSentWith == null);
        var found = await begun.Where(issue => issue.State == IssueState.Sending || issue.State == IssueState.Paused)
            .OrderBy(issue => issue.SendStartedAt).ToListAsync(cancel);
        found.AddRange(await begun.Where(issue => issue.State != IssueState.Sending && issue.State != IssueState.Paused)
            .OrderByDescending(issue => issue.SendStartedAt).Take(Finished).ToListAsync(cancel));
        var all = new List<IssueOnItsWay>();
        foreach (var issue in found)
            all.Add(new IssueOnItsWay(issue, await ledger.ProgressAsync(issue, cancel), await ChunksAsync(issue.Id, cancel)));
        return all;
    }

    /// <summary>
    /// Returns the issues scheduled to go out, whether in a slot or at a time of their own, and the held issues, which wait for a person to
    /// decide.
    /// </summary>
    public async Task<IReadOnlyList<Issue>> ToComeAsync(CancellationToken cancel) => await db.Issues.AsNoTracking()
        .Where(issue => issue.State == IssueState.Scheduled || issue.State == IssueState.Held).OrderBy(issue => issue.SendAt)
            .ToListAsync(cancel);

    /// <summary>Counts the messages to individual readers that have not been sent.</summary>
    public async Task<ReadersMails> ReadersMailsAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (confirmations, others) = (db.SubscriberMails.WaitingConfirmations(), db.SubscriberMails.WaitingOthers());
        return new ReadersMails(await CountAsync(_ => true), await CountAsync(mail => mail.NextAttemptAt <= now),
            await CountAsync(mail => mail.Attempts > 0));

        async Task<int> CountAsync(Expression<Func<SubscriberMail, bool>> which) =>
            await confirmations.CountAsync(which, cancel) + await others.CountAsync(which, cancel);
    }

    /// <summary>Returns each newsletter with its next slots.</summary>
    public async Task<IReadOnlyList<(Newsletter Newsletter, IReadOnlyList<SlotView> Slots)>> SlotsAheadAsync(CancellationToken cancel)
    {
        var all = new List<(Newsletter, IReadOnlyList<SlotView>)>();
        foreach (var newsletter in await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Name).ToListAsync(cancel))
            all.Add((newsletter, await slots.UpcomingAsync(newsletter, SlotsAhead, cancel)));
        return all;
    }

    /// <summary>
    /// Returns the latest actions of staff, programs and workers, newest first. Readers' actions are left out: they would crowd out the
    /// others.
    /// </summary>
    public async Task<IReadOnlyList<AuditEntry>> LastDoneAsync(CancellationToken cancel) =>
        await db.Audit.AsNoTracking().Where(entry => entry.Actor != Actor.Reader.Name).OrderByDescending(entry => entry.Id)
            .Take(AuditEntries).ToListAsync(cancel);

    private async Task<ChunkCounts> ChunksAsync(int issueId, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var chunks = db.DeliveryChunks.Where(chunk => chunk.IssueId == issueId);
        var (all, open) = (await chunks.CountAsync(cancel), chunks.Where(chunk => !chunk.Done));
        return new ChunkCounts(
            all,
            await open.CountAsync(chunk => chunk.LeasedUntil >= now, cancel),
            await open.CountAsync(chunk => chunk.LeasedUntil == null || chunk.LeasedUntil < now, cancel));
    }
}

/// <summary>An issue that is going out or has gone out.</summary>
public sealed record IssueOnItsWay(Issue Issue, IssueProgress Progress, ChunkCounts Chunks);

/// <summary>
/// An issue's chunks: all, those that a worker is mailing now, and those that wait for a worker or for their next attempt.
/// </summary>
public sealed record ChunkCounts(int All, int Leased, int Waiting)
{
    public int Done => All - Leased - Waiting;
}

/// <summary>Counts of messages to individual readers: not sent yet, due now, and tried before.</summary>
public sealed record ReadersMails(int Waiting, int Due, int TriedBefore);
