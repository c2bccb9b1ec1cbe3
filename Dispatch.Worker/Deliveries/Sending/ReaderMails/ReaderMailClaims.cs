using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Writing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// The queue of messages to individual readers: the waiting rows of their table. A run claims a group of rows for some time
/// (<see cref="SubscriberMail.ClaimedUntil"/>), and records each outcome before its connection sends anything else. A crash therefore
/// duplicates at most one message per connection, and delays the rest of the group by at most <see cref="Claim"/>.
/// </summary>
public sealed class ReaderMailClaims : IDisposable
{
    /// <summary>How long a claim lasts unless it is renewed.</summary>
    public static readonly TimeSpan Claim = TimeSpan.FromMinutes(2);

    private const int LargestGroup = 200;

    private readonly IDbContextFactory<DispatchDb> databases;
    private readonly KeyRing ring;
    private readonly TimeProvider clock;
    private readonly GroupWriter<SubscriberMail> outcomes;
    private readonly Kept<SqliteReaderMails> sqlite;

    public ReaderMailClaims(DatabaseChoice choice, IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
    {
        (this.databases, this.ring, this.clock) = (databases, ring, clock);
        sqlite = new(() => new(databases));
        outcomes = new(choice.IsPostgres ? mails => PostgresReaderMails.RecordAsync(databases, mails) : RecordOnSqliteAsync, LargestGroup);

        // SQLite has no asynchronous calls.
        Task RecordOnSqliteAsync(IReadOnlyList<SubscriberMail> mails)
        {
            sqlite.Use(rows => rows.Record(mails));
            return Task.CompletedTask;
        }
    }

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
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        var ids = await ClaimAsync(db, SubscriberMailTable.WaitingOthersSql, now, most, cancel);
        if (ids.Count < most)
            ids.AddRange(await ClaimAsync(db, SubscriberMailTable.WaitingConfirmationsSql, now, most - ids.Count, cancel));
        if (ids.Count == 0)
            return null;
        try
        {
            return new ReaderMailRun(await SubscriberMailFacts.ReadAsync(db, ids, ring, cancel), now + Claim, clock);
        }
        catch
        {
            await ReleaseAsync(ids);
            throw;
        }
    }

    /// <summary>Reads a message again, with the data that it needs. Returns null if the message is no longer waiting.</summary>
    public ReaderMailWork? Reread(ReaderMailWork work)
    {
        using var db = databases.CreateDbContext();
        var at = clock.GetTimestamp();
        var facts = SubscriberMailFacts.ReadAsync(db, [work.Mail.Id], ring, CancellationToken.None).GetAwaiter().GetResult();
        return facts.Mails is [var mail] ? new ReaderMailWork(mail, facts, at) : null;
    }

    public async Task RenewAsync(ReaderMailRun run, CancellationToken cancel)
    {
        var (ids, until) = (run.Open, clock.GetUtcNow() + Claim);
        await using var db = databases.CreateDbContext();
        await db.SubscriberMails.Where(mail => ids.Contains(mail.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.ClaimedUntil, until), cancel);
        run.Renewed(until);
    }

    /// <summary>Gives back messages that were claimed but not sent.</summary>
    public async Task ReleaseAsync(IReadOnlyCollection<long> ids)
    {
        if (ids.Count == 0)
            return;
        await using var db = databases.CreateDbContext();
        await db.SubscriberMails.Where(mail => ids.Contains(mail.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.ClaimedUntil, (DateTimeOffset?)null));
    }

    /// <summary>Records the outcome of a message, and ends its claim. The outcome is durable when this returns.</summary>
    public void Record(SubscriberMail mail)
    {
        var written = outcomes.WriteAsync(mail);
        ((IAsyncResult)written).AsyncWaitHandle.WaitOne(); // Task.Wait would spin first, and a commit takes longer than that
        written.GetAwaiter().GetResult();
    }

    public void Dispose() => sqlite.Dispose();

    private static async Task<List<long>> ClaimAsync(
        DispatchDb db, string which, DateTimeOffset now, int most, CancellationToken cancel)
    {
        var due = $"""
            SELECT "Id" FROM "SubscriberMails"
            WHERE {which} AND "NextAttemptAt" <= @now AND ("ClaimedUntil" IS NULL OR "ClaimedUntil" <= @now)
            ORDER BY "NextAttemptAt", "Id" LIMIT @most
            """;
        // On PostgreSQL, several processes may claim at once. Each skips the rows that another is claiming.
        due = db is PostgresDispatchDb ? $"= ANY(ARRAY({due} FOR UPDATE SKIP LOCKED))" : $"IN ({due})";
        await using var command = db.Command(
            $"""UPDATE "SubscriberMails" SET "ClaimedUntil" = @until WHERE "Id" {due} RETURNING "Id" """,
            ("now", db.Stored(now)), ("until", db.Stored(now + Claim)), ("most", most));
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            var ids = new List<long>();
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                ids.Add(reader.GetInt64(0));
            return ids;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}
