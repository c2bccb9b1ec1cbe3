using System.Security.Cryptography;
using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// The queue of messages to individual readers: the waiting rows of their table. A run claims a group of rows for some time
/// (<see cref="SubscriberMail.ClaimedUntil"/>), and records each outcome before its connection sends anything else. A crash therefore
/// duplicates at most one message per connection, and delays the rest of the group by at most <see cref="Claim"/>.
/// </summary>
public sealed class ReaderMailClaims(
    DatabaseChoice choice, SqliteWriter sqlite, IDbContextFactory<DispatchDb> databases, RecentNewsletters newsletters, KeyRing ring,
    TimeProvider clock)
{
    /// <summary>How long a claim lasts unless it is renewed, at most. It may end up to a second earlier.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    private const int LargestGroup = 200;

    private readonly GroupWriter<SubscriberMail> outcomes = new(mails => PostgresReaderMails.RecordAsync(databases, mails), LargestGroup);

    /// <summary>Returns whether a message is due and not claimed.</summary>
    public async Task<bool> AnyDueAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        return await AnyFreeAsync(db.SubscriberMails.WaitingOthers()) || await AnyFreeAsync(db.SubscriberMails.WaitingConfirmations());

        Task<bool> AnyFreeAsync(IQueryable<SubscriberMail> waiting) => waiting.AnyAsync(
            mail => mail.NextAttemptAt <= now && (mail.ClaimedUntil == null || mail.ClaimedUntil <= now), cancel);
    }

    /// <summary>Counts the messages that are due, claimed or not.</summary>
    public async Task<int> CountAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        return await db.SubscriberMails.WaitingConfirmations().CountAsync(mail => mail.NextAttemptAt <= now, cancel)
            + await db.SubscriberMails.WaitingOthers().CountAsync(mail => mail.NextAttemptAt <= now, cancel);
    }

    /// <summary>
    /// Claims the messages that have been due longest, or returns null if none is due. Confirmations come after all others, because
    /// strangers can cause any number of confirmations.
    /// </summary>
    public async Task<ReaderMailRun?> ClaimAsync(int most, CancellationToken cancel)
    {
        var (now, until) = (clock.GetUtcNow(), NewClaim());
        await using var db = databases.CreateDbContext();
        if (choice.IsPostgres)
        {
            // If the facts can't be read, the claims are undone.
            await using var transaction = await db.Database.BeginTransactionAsync(cancel);
            if (await PostgresReaderMails.ClaimAsync(db, now, until, most, cancel) is not { Count: > 0 } claimed)
                return null;
            var run = new ReaderMailRun(await FactsAsync(db, claimed, cancel), until, clock);
            await transaction.CommitAsync(cancel);
            return run;
        }
        List<long> ids = [];
        await sqlite.WriteAsync(session => ids = Rows(session).Claim(now, until, most));
        if (ids.Count == 0)
            return null;
        try
        {
            await db.Database.OpenConnectionAsync(cancel); // for several queries
            return new ReaderMailRun(await FactsAsync(db, ids, cancel), until, clock);
        }
        catch
        {
            await ReleaseAsync(ids, until);
            throw;
        }
    }

    /// <summary>Reads a message again, with the data that it needs. Returns null if the message is no longer waiting.</summary>
    public ReaderMailWork? Reread(ReaderMailWork work)
    {
        using var db = databases.CreateDbContext();
        var at = clock.GetTimestamp();
        var facts = FactsAsync(db, [work.Mail.Id], CancellationToken.None).GetAwaiter().GetResult();
        return facts.Mails is [var mail] ? new ReaderMailWork(mail, facts, at) : null;
    }

    /// <summary>
    /// Renews a run's claims. The run drops messages that another process has claimed since, as it may if this one was suspended.
    /// </summary>
    public async Task RenewAsync(ReaderMailRun run, CancellationToken cancel)
    {
        var ((ids, held), until) = (run.Claims, NewClaim());
        await using var db = databases.CreateDbContext();
        var kept = await Claimed(db, ids, held).ExecuteUpdateAsync(set => set.SetProperty(mail => mail.ClaimedUntil, until), cancel);
        run.Renewed(until, kept == ids.Count ? null
            : (await Claimed(db, ids, until).Select(mail => mail.Id).ToListAsync(cancel)).ToHashSet());
    }

    /// <summary>Gives back messages that were claimed but not sent.</summary>
    /// <param name="ids">The messages. Those that another process has claimed since are left to it.</param>
    /// <param name="until">Until when they were claimed.</param>
    public async Task ReleaseAsync(IReadOnlyCollection<long> ids, DateTimeOffset until)
    {
        if (ids.Count == 0)
            return;
        await using var db = databases.CreateDbContext();
        await Claimed(db, ids, until)
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.ClaimedUntil, (DateTimeOffset?)null));
    }

    /// <summary>Records the outcome of a message, and ends its claim. The outcome is durable when this returns.</summary>
    public void Record(SubscriberMail mail)
    {
        var written = choice.IsPostgres ? outcomes.WriteAsync(mail) : sqlite.WriteAsync(session => Rows(session).Record(mail));
        ((IAsyncResult)written).AsyncWaitHandle.WaitOne(); // Task.Wait would spin first, and a commit takes longer than that
        written.GetAwaiter().GetResult();
    }

    // The instant until which a message is claimed tells whose claim it is, so no two claims may end at the same one.
    private DateTimeOffset NewClaim() => clock.GetUtcNow() + Claim - TimeSpan.FromMicroseconds(RandomNumberGenerator.GetInt32(1_000_000));

    private static IQueryable<SubscriberMail> Claimed(DispatchDb db, IReadOnlyCollection<long> ids, DateTimeOffset until) =>
        db.SubscriberMails.Where(mail => ids.Contains(mail.Id) && mail.ClaimedUntil == until);

    private async Task<SubscriberMailFacts> FactsAsync(DispatchDb db, IReadOnlyCollection<long> ids, CancellationToken cancel) =>
        await SubscriberMailFacts.ReadAsync(db, await newsletters.AllAsync(cancel), ids, ring, cancel);

    private static SqliteReaderMails Rows(SqliteSession session) => session.Of(one => new SqliteReaderMails(one));
}
