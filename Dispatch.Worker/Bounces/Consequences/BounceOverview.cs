using Dispatch.Worker.Bounces.Mailboxes;
using Dispatch.Worker.Bounces.SenderReports;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Providers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>What came back, as counts and verdicts for ops. Contains readers' ids but no addresses.</summary>
public sealed class BounceOverview(DispatchDb db, DeliveryLedger ledger, IOptions<BounceSettings> settings, TimeProvider clock)
{
    /// <summary>Google and Yahoo ask senders to stay below this share of complaints.</summary>
    public const double ComplaintsAim = 0.001;

    /// <summary>At this share of complaints, Google and Yahoo begin to refuse mail.</summary>
    public const double ComplaintsLimit = 0.003;

    private static readonly TimeSpan Counted = TimeSpan.FromDays(30);
    private const int LastIssues = 10;
    private const int Latest = 50;
    private const int MostRows = 30;

    /// <summary>Returns the mailboxes that are read, and their state.</summary>
    public Task<List<MailboxState>> MailboxesAsync(CancellationToken cancel) =>
        db.MailboxStates.InUse(settings.Value, clock.GetUtcNow()).AsNoTracking().OrderBy(state => state.Mailbox).ToListAsync(cancel);

    /// <summary>Returns the refusals of the last day that are about us, the most frequent reason first.</summary>
    public async Task<IReadOnlyList<PolicyCount>> PolicyAsync(CancellationToken cancel)
    {
        var since = clock.GetUtcNow().AddDays(-1);
        var counts = await db.Bounces.Where(b => b.At > since && b.Kind == BounceKind.Policy).GroupBy(b => new { b.Provider, b.Reason })
            .Select(group => new { group.Key.Provider, group.Key.Reason, Count = group.Count() }).ToListAsync(cancel);
        return [.. counts.OrderByDescending(one => one.Count).Select(one => new PolicyCount(one.Provider, one.Reason, one.Count))];
    }

    /// <summary>Returns the issues that are paused because a provider refuses them.</summary>
    public Task<List<HeldIssue>> HeldAsync(CancellationToken cancel) =>
        (from sum in db.ProviderSums
         where sum.HeldAt != null
         join issue in db.Issues on sum.IssueId equals issue.Id
         where issue.State == IssueState.Paused
         orderby issue.Id, sum.Provider
         select new HeldIssue(issue.Id, issue.Subject, sum.HeldAt!.Value, sum.HeldFor ?? "")).ToListAsync(cancel);

    /// <summary>Returns what came back in the last 30 days, by provider.</summary>
    public async Task<IReadOnlyList<BounceCounts>> ByProviderAsync(CancellationToken cancel) => Summed(
        (await Recent().GroupBy(b => new { b.Provider, b.Kind })
            .Select(group => new { group.Key.Provider, group.Key.Kind, Count = group.Count() }).ToListAsync(cancel))
            .Select(one => (one.Provider, one.Kind, one.Count)));

    /// <summary>Returns what came back in the last 30 days, by enhanced status code.</summary>
    public async Task<IReadOnlyList<BounceCounts>> ByCodeAsync(CancellationToken cancel) => Summed(
        (await Recent().GroupBy(b => new { b.EnhancedCode, b.Kind })
            .Select(group => new { group.Key.EnhancedCode, group.Key.Kind, Count = group.Count() }).ToListAsync(cancel))
            .Select(one => (one.EnhancedCode ?? "none", one.Kind, one.Count)));

    /// <summary>Returns the latest issues that went out, newest first, with what came back for each.</summary>
    public async Task<IReadOnlyList<IssueBounces>> ByIssueAsync(CancellationToken cancel)
    {
        var issues = await db.Issues.AsNoTracking().Where(issue => issue.SendStartedAt != null && issue.FirstSentWith == null)
            .OrderByDescending(issue => issue.SendStartedAt).Take(LastIssues).ToListAsync(cancel);
        var ids = issues.Select(issue => (int?)issue.Id).ToList();
        var counts = (await db.Bounces.Where(b => ids.Contains(b.IssueId)).GroupBy(b => new { b.IssueId, b.Kind })
            .Select(group => new { group.Key.IssueId, group.Key.Kind, Count = group.Count() }).ToListAsync(cancel))
            .ToLookup(one => one.IssueId, one => (one.Kind, one.Count));
        var all = new List<IssueBounces>();
        foreach (var issue in issues)
        {
            var progress = await ledger.ProgressAsync(issue, cancel);
            all.Add(new(issue, progress.Accepted, progress.Deferred, progress.Rejected, BounceCounts.Of(issue.Subject, counts[issue.Id])));
        }
        return all;
    }

    /// <summary>
    /// Returns what the known providers answered to the latest issues, and the share of their readers who complained. Providers with the
    /// most readers come first.
    /// </summary>
    /// <param name="issues">The issues, newest first.</param>
    /// <param name="cancel">Cancels the queries.</param>
    public async Task<IReadOnlyList<ProviderShare>> SharesAsync(IReadOnlyList<IssueBounces> issues, CancellationToken cancel)
    {
        var ids = issues.Select(issue => issue.Issue.Id).Reverse().ToList();
        var sums = (await db.ProviderSums.AsNoTracking().Where(sum => ids.Contains(sum.IssueId)).ToListAsync(cancel))
            .ToLookup(sum => sum.Provider);
        var complaints = (await db.Bounces.Where(b => b.Kind == BounceKind.Complaint && b.IssueId != null && ids.Contains(b.IssueId.Value))
            .GroupBy(b => new { b.IssueId, b.Provider })
            .Select(group => new { group.Key.IssueId, group.Key.Provider, Count = group.Count() })
            .ToListAsync(cancel)).ToDictionary(one => (one.IssueId!.Value, one.Provider), one => one.Count);
        return [.. sums.Select(provider => new ProviderShare(provider.Key, provider.Sum(sum => sum.Accepted),
                provider.Sum(sum => sum.Deferred), provider.Sum(sum => sum.Rejected), provider.Sum(sum => sum.Refused),
                ids.Sum(id => complaints.GetValueOrDefault((id, provider.Key))),
                [.. ids.Select(id => provider.FirstOrDefault(sum => sum.IssueId == id) is { Accepted: > 0 } sum
                    ? (double)complaints.GetValueOrDefault((id, provider.Key)) / sum.Accepted : (double?)null)]))
            .OrderBy(share => share.Provider == MailProvider.Other).ThenByDescending(share => share.Accepted).Take(MostRows)];
    }

    /// <summary>Returns the latest bounces, newest first. Automatic replies and notices are left out.</summary>
    /// <param name="kind">Only this kind, or null for all.</param>
    /// <param name="cancel">Cancels the query.</param>
    public Task<List<Bounce>> LatestAsync(BounceKind? kind, CancellationToken cancel) => db.Bounces.AsNoTracking()
        .Where(b => kind == null ? b.Kind != BounceKind.None && b.Kind != BounceKind.AutoReply : b.Kind == kind)
        .OrderByDescending(b => b.Id).Take(Latest).ToListAsync(cancel);

    /// <summary>Returns who sends mail in our name, according to providers' reports of the last 30 days, failures first.</summary>
    public Task<List<SenderReportSum>> SendersAsync(CancellationToken cancel) => SumsAsync(SenderReportKind.Dmarc, cancel);

    /// <summary>Returns how often providers reached our mail host over TLS in the last 30 days, failures first.</summary>
    public Task<List<SenderReportSum>> TlsAsync(CancellationToken cancel) => SumsAsync(SenderReportKind.Tls, cancel);

    private async Task<List<SenderReportSum>> SumsAsync(SenderReportKind kind, CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - Counted;
        var sums = await db.SenderReportLines.Where(line => line.Kind == kind && line.EndAt > since)
            .GroupBy(line => new { line.Domain, line.Source, line.Passed, line.Detail, line.Reporter }).Select(group => new
            {
                group.Key,
                Messages = group.Sum(line => line.Messages),
                FirstAt = group.Min(line => line.BeginAt),
                LastAt = group.Max(line => line.EndAt),
            }).ToListAsync(cancel);
        return [.. sums.GroupBy(sum => sum.Key with { Reporter = "" })
            .Select(group => new SenderReportSum(group.Key.Domain, group.Key.Source, group.Key.Passed, group.Key.Detail,
                group.Sum(sum => sum.Messages), group.Min(sum => sum.FirstAt), group.Max(sum => sum.LastAt))
            {
                Reporters = [.. group.OrderByDescending(sum => sum.Messages).Select(sum => sum.Key.Reporter)],
            })
            .OrderBy(sum => sum.Passed).ThenByDescending(sum => sum.Messages).Take(MostRows)];
    }

    /// <summary>Returns the days, out of the last 30, on which readers were suppressed for bounces, and how many still are.</summary>
    public async Task<IReadOnlyList<SuppressedDay>> DaysAsync(CancellationToken cancel)
    {
        var since = clock.GetUtcNow() - Counted;
        var suppressed = await db.Bounces.Where(b => b.At > since && b.Effect == BounceEffect.Suppressed && b.UndoneAt == null)
            .Select(b => new { b.At, b.Provider }).ToListAsync(cancel);
        return [.. suppressed.GroupBy(b => DateOnly.FromDateTime(b.At.UtcDateTime)).OrderByDescending(day => day.Key)
            .Select(day => new SuppressedDay(day.Key, day.Count(), day.GroupBy(b => b.Provider).MaxBy(group => group.Count())!.Key))];
    }

    private IQueryable<Bounce> Recent()
    {
        var since = clock.GetUtcNow() - Counted;
        return db.Bounces.Where(b => b.At > since && b.Kind != BounceKind.None);
    }

    private static List<BounceCounts> Summed(IEnumerable<(string Name, BounceKind Kind, int Count)> counts) =>
        [.. counts.GroupBy(one => one.Name).Select(group => BounceCounts.Of(group.Key, group.Select(one => (one.Kind, one.Count))))
            .OrderByDescending(row => row.All).Take(MostRows)];
}

/// <summary>The counts of what came back, by kind.</summary>
/// <param name="Name">What is counted: a provider, a code, an issue's subject.</param>
/// <param name="Hard">Mailboxes that are gone.</param>
/// <param name="Soft">Mailboxes that could not take the message.</param>
/// <param name="Policy">Refusals that are about us.</param>
/// <param name="Complaints">Readers' complaints.</param>
/// <param name="AutoReplies">Automatic replies.</param>
public sealed record BounceCounts(string Name, int Hard, int Soft, int Policy, int Complaints, int AutoReplies)
{
    public int All => Hard + Soft + Policy + Complaints + AutoReplies;

    internal static BounceCounts Of(string name, IEnumerable<(BounceKind Kind, int Count)> counts)
    {
        var by = counts.GroupBy(one => one.Kind).ToDictionary(group => group.Key, group => group.Sum(one => one.Count));
        return new(name, by.GetValueOrDefault(BounceKind.Hard), by.GetValueOrDefault(BounceKind.Soft), by
            .GetValueOrDefault(BounceKind.Policy),
            by.GetValueOrDefault(BounceKind.Complaint), by.GetValueOrDefault(BounceKind.AutoReply));
    }
}

/// <summary>An issue, what relays answered, and what came back.</summary>
public sealed record IssueBounces(Issue Issue, int Accepted, int Deferred, int Rejected, BounceCounts Back)
{
    /// <summary>The share of accepted messages that readers complained about; 0 to 1.</summary>
    public double Complaints => Accepted == 0 ? 0 : (double)Back.Complaints / Accepted;
}

/// <summary>What a provider answered to the latest issues.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Accepted">The messages accepted.</param>
/// <param name="Deferred">How often it said "later".</param>
/// <param name="Rejected">The refusals that concern readers.</param>
/// <param name="Refused">The refusals that are about us.</param>
/// <param name="Complaints">Its readers' complaints.</param>
/// <param name="ByIssue">For each issue, the oldest first, the share of accepted messages that readers complained about; 0 to 1. Null if
/// nothing was accepted.</param>
public sealed record ProviderShare(
    string Provider, int Accepted, int Deferred, int Rejected, int Refused, int Complaints, IReadOnlyList<double?> ByIssue)
{
    /// <summary>The share of all accepted messages that readers complained about; 0 to 1.</summary>
    public double Share => Accepted == 0 ? 0 : (double)Complaints / Accepted;
}

/// <summary>An issue that is paused because a provider refuses it.</summary>
public sealed record HeldIssue(int Id, string Subject, DateTimeOffset At, string Why);

/// <summary>Refusals for one reason at one provider.</summary>
public sealed record PolicyCount(string Provider, string Reason, int Count);

/// <summary>What providers reported about one source of mail in our name.</summary>
public sealed record SenderReportSum(
    string Domain, string Source, bool Passed, string Detail, long Messages, DateTimeOffset FirstAt, DateTimeOffset LastAt)
{
    /// <summary>The providers that reported it, those with the most messages first.</summary>
    public IReadOnlyList<string> Reporters { get; init; } = [];
}

/// <summary>A day on which readers were suppressed for bounces.</summary>
/// <param name="Day">The day in UTC.</param>
/// <param name="Readers">How many of them are still suppressed.</param>
/// <param name="MostlyAt">The provider of most of them.</param>
public sealed record SuppressedDay(DateOnly Day, int Readers, string MostlyAt);
