using System.Globalization;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Deliveries.Sending;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Providers;
using Dispatch.Worker.Subscribers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Deliveries.Decisions;

/// <summary>
/// Pauses an issue that a provider refuses because of us: a number of times in a row with one text (<see cref="ProviderAnswers"/>), or more
/// than a share of its answers to all workers. It is the issue that is paused, so every worker stops at its next claim.
/// <list type="bullet">
/// <item>Readers whose messages were refused for this are not given up. Rows recorded as rejected become pending again, and later refusals
/// leave them pending.</item>
/// <item>When a person resumes the issue, these readers are due, and the count starts again.</item>
/// <item>A domain without a known provider pauses an issue only if it has refused a hundredth of the audience.</item>
/// </list>
/// </summary>
public sealed class ProviderHolds(
    IDbContextFactory<DispatchDb> databases, KeyRing keys, ProviderTable providers, IOptions<ProviderSettings> settings,
    TimeProvider clock, ILogger<ProviderHolds> log)
{
    private const int AtOnce = 500;

    /// <summary>The share of the audience that a domain without a known provider has to refuse.</summary>
    private const double OfTheAudience = 0.01;

    /// <summary>Pauses a run's issue as soon as a provider's refusals ask for it. Ends when the run's answers are complete.</summary>
    internal async Task WatchAsync(ChunkRun run)
    {
        await foreach (var trouble in run.Answers.Troubles.Reader.ReadAllAsync())
            try
            {
                if (await HoldAsync(run.IssueId, trouble, []))
                    run.Stop();
            }
            catch (Exception fault) when (TransientErrors.Is(fault))
            {
                log.LogError("Issue {Issue} could not be paused; the next refusals try again: {Fault}", run.IssueId,
                    fault.GetBaseException().Message);
            }
    }

    /// <summary>Returns the providers for which an issue is paused.</summary>
    public async Task<IReadOnlySet<string>> HeldAsync(int issueId)
    {
        await using var db = databases.CreateDbContext();
        return (await db.ProviderSums.Where(sum => sum.IssueId == issueId && sum.HeldAt != null).Select(sum => sum.Provider).ToListAsync())
            .ToHashSet();
    }

    /// <summary>Whether a refusal is one of those for which an issue is paused.</summary>
    internal bool IsOf(IReadOnlySet<string> held, HeldRefusal refusal) => held.Count > 0 && ProviderAnswers.IsAboutUs(refusal.Mail.Reply)
        && held.Contains(providers.NameOf(refusal.Work.Domain ?? ""));

    /// <summary>
    /// Adds a run's answers to the totals once its refusals are settled. Pauses the issue if a provider has refused too large a share.
    /// </summary>
    internal async Task AddAsync(ChunkRun run)
    {
        var sums = run.Answers.Sums.ToDictionary(one => one.Key, one => (one.Value.Accepted, one.Value.Deferred, Rejected: 0, Refused: 0));
        var last = new Dictionary<string, SmtpReply>();
        var held = run.Held.Count == 0 ? new HashSet<string>() : await HeldAsync(run.IssueId);
        foreach (var refusal in run.Held)
        {
            if (refusal.Mail.Fate is RefusalFate.OfTheRelay || IsOf(held, refusal))
                continue;
            var name = providers.NameOf(refusal.Work.Domain ?? "");
            var sum = sums.GetValueOrDefault(name);
            if (ProviderAnswers.IsAboutUs(refusal.Mail.Reply))
                (sum.Refused, last[name]) = (sum.Refused + 1, refusal.Mail.Reply);
            else
                sum.Rejected++;
            sums[name] = sum;
        }
        if (sums.Count == 0)
            return;
        await using var db = databases.CreateDbContext();
        await AddAsync(db, run.IssueId, sums);
        foreach (var (name, reply) in last)
            if (await TooManyAsync(db, run.IssueId, name) is var (refused, answered))
                await HoldAsync(run.IssueId, new(name, reply, refused, answered), []);
    }

    /// <summary>
    /// Notes a report that a provider refused a message because of us after a relay had accepted it. Pauses the issue if there are too many
    /// such reports. The readers are due again when it resumes.
    /// </summary>
    /// <param name="issueId">The issue.</param>
    /// <param name="provider">The provider's name.</param>
    /// <param name="reply">What the report says.</param>
    /// <param name="readerId">The reader whose message came back.</param>
    /// <param name="reported">Returns all readers whose messages came back from the provider in this way since an instant, or at any time
    /// if it is null.</param>
    public async Task ReportedAsync(
        int issueId, string provider, SmtpReply reply, long readerId, Func<DateTimeOffset?, Task<List<long>>> reported)
    {
        if (provider == MailProvider.Other)
            return;
        await using var db = databases.CreateDbContext();
        var sums = db.ProviderSums.Where(sum => sum.IssueId == issueId && sum.Provider == provider);
        await AddAsync(db, issueId, new() { [provider] = (0, 0, 0, 0) });
        await sums.ExecuteUpdateAsync(set => set.SetProperty(sum => sum.Reported, sum => sum.Reported + 1));
        var sum = await sums.AsNoTracking().SingleAsync();
        if (sum.HeldAt is not null)
            await ReopenAsync(db, issueId, [readerId], DeliveryState.Accepted);
        else if (await TooManyAsync(db, issueId, provider) is var (refused, answered)
            && await db.Issues.AnyAsync(issue => issue.Id == issueId && issue.State == IssueState.Sending))
            await HoldAsync(issueId, new(provider, reply, refused, answered), await reported(sum.ResumedAt));
    }

    /// <summary>Makes the readers whom a pause kept pending due when the issue resumes. Runs in the caller's transaction.</summary>
    public async Task EndAsync(DispatchDb db, int issueId, CancellationToken cancel)
    {
        var held = db.ProviderSums.Where(sum => sum.IssueId == issueId && sum.HeldAt != null);
        var names = await held.Select(sum => sum.Provider).ToListAsync(cancel);
        if (names.Count == 0)
            return;
        await ReopenRefusedAsync(db, issueId, names.ToHashSet()); // a run of another worker may have ended after the pause began
        var now = clock.GetUtcNow();
        await db.DeliveryChunks.Where(chunk => chunk.IssueId == issueId && chunk.Done && db.Set<Delivery>().Any(d =>
                d.IssueId == issueId && d.Chunk == chunk.Number && d.State == DeliveryState.Pending))
            .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Done, false).SetProperty(chunk => chunk.NextAttemptAt, now), cancel);
        await held.ExecuteUpdateAsync(set => set.SetProperty(sum => sum.HeldAt, (DateTimeOffset?)null)
            .SetProperty(sum => sum.HeldFor, (string?)null).SetProperty(sum => sum.ResumedAt, now)
            .SetProperty(sum => sum.Refused, 0).SetProperty(sum => sum.Reported, 0), cancel);
    }

    // Returns a provider's refusals and answers if there are too many refusals.
    private async Task<(int Refused, int Answered)?> TooManyAsync(DispatchDb db, int issueId, string name)
    {
        var share = providers.All.FirstOrDefault(provider => provider.Name == name)?.Share ?? settings.Value.Share;
        if (share == 0 || name == MailProvider.Other || await db.ProviderSums.AsNoTracking()
            .SingleOrDefaultAsync(sum => sum.IssueId == issueId && sum.Provider == name) is not { } sum)
            return null;
        // What came back later had been accepted first.
        var (refused, answered) = (sum.Refused + sum.Reported, sum.Refused + Math.Max(sum.Accepted, sum.Reported) + sum.Rejected);
        return refused >= settings.Value.ShareOf && refused >= share * answered ? (refused, answered) : null;
    }

    private async Task<bool> HoldAsync(int issueId, ProviderTrouble trouble, IReadOnlyList<long> cameBack)
    {
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync();
        if (trouble.Provider is null && trouble.Count < OfTheAudience * await db.Deliveries.CountAsync(d => d.IssueId == issueId))
            return false;
        var (now, name) = (clock.GetUtcNow(), trouble.Provider ?? MailProvider.Other);
        var issue = db.Issues.Where(one => one.Id == issueId);
        var paused = await IssueTransition.Pause.ExecuteAsync(issue, set => set.SetProperty(one => one.LastError, trouble.Sentence)) == 1;
        // The issue may be paused already, for another provider or by a person. The readers at this one are kept all the same.
        if (!paused && !await issue.AnyAsync(one => one.State == IssueState.Paused))
            return false;
        await issue.Where(one => one.LastError == null).ExecuteUpdateAsync(set => set.SetProperty(one => one.LastError, trouble.Sentence));
        await AddAsync(db, issueId, new() { [name] = (0, 0, 0, 0) });
        if (await db.ProviderSums.Where(sum => sum.IssueId == issueId && sum.Provider == name && sum.HeldAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(sum => sum.HeldAt, now).SetProperty(sum => sum.HeldFor, trouble.Sentence)) > 0)
            db.Audit.Add(Actor.Worker.Did("issue.paused", AuditTarget.Issue(issueId), now, trouble.Sentence));
        await ReopenRefusedAsync(db, issueId, [name]);
        await ReopenAsync(db, issueId, cameBack, DeliveryState.Accepted);
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
        log.LogError("Issue {Issue} is paused: {LastError}", issueId, trouble.Sentence);
        return true;
    }

    // Only the address tells which provider serves a reader, so the rows are read one by one.
    private async Task ReopenRefusedAsync(DispatchDb db, int issueId, HashSet<string> names)
    {
        var refused = await (from delivery in db.Deliveries
                             where delivery.IssueId == issueId && delivery.State == DeliveryState.Rejected && delivery.ReplyCode >= 500
                             join reader in db.Subscribers on delivery.SubscriberId equals reader.Id
                             select new
                             {
                                 delivery.SubscriberId,
                                 delivery.ReplyCode,
                                 delivery.EnhancedCode,
                                 delivery.ReplyText,
                                 reader.SealedAddress,
                             }).ToListAsync();
        await ReopenAsync(db, issueId, [.. refused
            .Where(row => ProviderAnswers.IsAboutUs(new(ReplyKind.Permanent, row.ReplyCode!.Value, row.EnhancedCode, row.ReplyText ?? ""))
                && names.Contains(NameOf(row.SealedAddress))).Select(row => row.SubscriberId)], DeliveryState.Rejected);
    }

    private async Task ReopenAsync(DispatchDb db, int issueId, IReadOnlyList<long> readers, DeliveryState from)
    {
        if (readers.Count == 0)
            return;
        var now = clock.GetUtcNow();
        await using var own = await db.Database.BeginOrJoinAsync(CancellationToken.None);
        foreach (var some in readers.Chunk(AtOnce))
        {
            var rows = db.Deliveries.Where(d => d.IssueId == issueId && some.Contains(d.SubscriberId));
            var chunks = await rows.Where(d => d.State == from).Select(d => d.Chunk).Distinct().ToListAsync();
            await rows.Where(d => d.State == from).ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Pending)
                .SetProperty(d => d.Attempts, d => d.Attempts > 0 ? d.Attempts - 1 : 0)
                .SetProperty(d => d.FirstAttemptAt, (DateTimeOffset?)null)
                .SetProperty(d => d.NextAttemptAt, (DateTimeOffset?)null).SetProperty(d => d.UpdatedAt, now));
            await db.DeliveryChunks.Where(chunk => chunk.IssueId == issueId && chunks.Contains(chunk.Number))
                .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Done, false).SetProperty(chunk => chunk.NextAttemptAt, now)
                    .SetProperty(chunk => chunk.Totals, (string?)null));
        }
        await own.CommitOwnAsync(CancellationToken.None);
    }

    private string NameOf(byte[] sealedAddress)
    {
        try
        {
            return providers.NameOf(EmailAddress.Stored(keys.Open(sealedAddress, Subscriber.AddressPurpose)).AsciiDomain);
        }
        catch (Exception fault) when (fault is KeyRingException or FormatException)
        {
            return MailProvider.Other;
        }
    }

    // One statement for all providers of a run, because several workers add to the same rows.
    private static async Task AddAsync(
        DispatchDb db, int issueId, Dictionary<string, (int Accepted, int Deferred, int Rejected, int Refused)> sums)
    {
        var sql = new StringBuilder("""
            INSERT INTO "ProviderSums" ("IssueId", "Provider", "Accepted", "Deferred", "Rejected", "Refused", "Reported") VALUES
            """);
        var values = new List<object> { issueId };
        foreach (var (name, sum) in sums.OrderBy(one => one.Key, StringComparer.Ordinal)) // in one order everywhere, against deadlocks
        {
            sql.Append(CultureInfo.InvariantCulture, $"{(values.Count > 1 ? "," : "")} ({{0}}, {{{values.Count}}}, {sum.Accepted}, ")
                .Append(CultureInfo.InvariantCulture, $"{sum.Deferred}, {sum.Rejected}, {sum.Refused}, 0)");
            values.Add(name);
        }
        sql.Append("""
             ON CONFLICT ("IssueId", "Provider") DO UPDATE SET "Accepted" = "ProviderSums"."Accepted" + excluded."Accepted",
              "Deferred" = "ProviderSums"."Deferred" + excluded."Deferred", "Rejected" = "ProviderSums"."Rejected" + excluded."Rejected",
              "Refused" = "ProviderSums"."Refused" + excluded."Refused"
            """);
        await db.Database.ExecuteSqlRawAsync(sql.ToString(), values);
    }
}
