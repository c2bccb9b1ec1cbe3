using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// Deletes, once an hour, data that are no longer needed:
/// <list type="bullet">
/// <item>sign-ups that nobody confirmed within <see cref="Confirmation.KeptFor"/>, with the addresses typed into them;</item>
/// <item>
/// readers who left their last newsletter more than <see cref="SubscriptionSettings.KeepUnsubscribedFor"/> ago: only a keyed hash of the
/// address stays, so no import subscribes them again;
/// </item>
/// <item>expired links, messages that were sent or given up, and the replies of servers that refused a message;</item>
/// <item>the time of day of events more than 25 hours old;</item>
/// <item>messages in a pickup folder that are older than <see cref="MailSettings.KeepPickupFor"/>.</item>
/// </list>
/// </summary>
public sealed class PurgeExpired(
    DispatchDb db, Erasing erasing, Outbox outbox, IReaderTraces traces, IOptions<SubscriptionSettings> settings, TimeProvider clock,
    ILogger<PurgeExpired> log)
{
    /// <summary>How long sent or given-up messages to individual readers, and servers' refusals, are kept.</summary>
    public static readonly TimeSpan KeepMails = TimeSpan.FromDays(30);

    /// <summary>
    /// How long exact times are kept. Undoing an unsubscription and counting messages need a day, and an hour is to spare.
    /// </summary>
    private static readonly TimeSpan KeepInstants = TimeSpan.FromHours(25);

    /// <summary>How far back audit entries are searched for exact times, in case the purge has not run for a while.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(40);

    private const int AtOnce = 1000;
    private const int InOneTransaction = 100; // kept low, because sign-ups wait for the locks

    [JobDisplayName("Delete expired data")]
    public async Task RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await db.SubscriberMails.Where(mail => mail.State != SubscriberMailState.Waiting && mail.UpdatedAt < now - KeepMails)
            .ExecuteDeleteAsync(stopping);
        await traces.ForgetRepliesAsync(db, now - KeepMails, stopping);
        await db.OneTimeLinks.Where(link => link.ExpiresAt <= now).ExecuteDeleteAsync(stopping);
        var unconfirmed = now - (Confirmation.KeptFor - Confirmation.GoodFor);
        var confirmations = await db.Confirmations.Where(c => c.ExpiresAt <= (c.UsedAt == null ? unconfirmed : now))
            .ExecuteDeleteAsync(stopping);
        var subscribers = await ForgetUnconfirmedAsync(now, stopping);
        var left = await ForgetLeftAsync(now, stopping);
        foreach (var erased in await db.ErasedReaders.AsNoTracking().ToListAsync(stopping))
            if (await traces.ForgetAsync(db, erased.SubscriberId, now, stopping))
                await db.ErasedReaders.Where(reader => reader.SubscriberId == erased.SubscriberId).ExecuteDeleteAsync(stopping);
        await BlurAsync(now, stopping);
        await db.OverwriteErasedAsync(stopping);
        var files = outbox.ClearAway(now);
        if (confirmations + subscribers + left + files > 0)
            log.LogInformation(
                "Deleted: {Confirmations} confirmations, {Subscribers} unconfirmed sign-ups, {Left} readers who left long ago, "
                    + "{Files} emails in pickup folders",
                confirmations, subscribers, left, files);
    }

    /// <summary>
    /// Deletes unconfirmed sign-ups. A reader may sign up again at the same moment, so the row is locked first and checked afterwards: on
    /// PostgreSQL, a single statement that waits for a lock would use the rows from before the wait.
    /// </summary>
    private async Task<int> ForgetUnconfirmedAsync(DateTimeOffset now, CancellationToken stopping)
    {
        var oldEnough = now - Confirmation.GoodFor;
        var (forgotten, last) = (0, 0L);
        var expired = db.Subscriptions.Where(s => s.State == SubscriptionState.Pending && s.CreatedAt <= oldEnough
            && !db.Set<Confirmation>().Any(c => c.SubscriberId == s.SubscriberId && c.UsedAt == null));
        var empty = db.Subscribers.Where(s => s.CreatedAt <= oldEnough
            && !db.Set<Subscription>().Any(x => x.SubscriberId == s.Id) && !db.Set<Confirmation>().Any(c => c.SubscriberId == s.Id));
        var candidates = expired.Select(s => s.SubscriberId).Union(empty.Select(s => s.Id));
        while (true)
        {
            var found = await candidates.Where(id => id > last).OrderBy(id => id).Take(AtOnce).ToListAsync(stopping);
            if (found.Count == 0)
                return forgotten;
            last = found[^1];
            foreach (var few in found.Chunk(InOneTransaction))
                forgotten += await ForgetAsync(few);
        }

        async Task<int> ForgetAsync(long[] few)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(stopping);
            await db.Subscribers.Where(s => few.Contains(s.Id))
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.CreatedAt, s => s.CreatedAt), stopping);
            await expired.Where(s => few.Contains(s.SubscriberId)).ExecuteDeleteAsync(stopping);
            var gone = await empty.Where(s => few.Contains(s.Id)).ExecuteDeleteAsync(stopping);
            await transaction.CommitAsync(stopping);
            return gone;
        }
    }

    private async Task<int> ForgetLeftAsync(DateTimeOffset now, CancellationToken stopping)
    {
        if (settings.Value.KeepUnsubscribedFor == TimeSpan.Zero)
            return 0;
        var longAgo = now - settings.Value.KeepUnsubscribedFor;
        var left = await db.Subscriptions
            // A reader who left another system long before an import stays as long as one who left on the day of the import.
            .Where(s => s.UnsubscribedAt <= longAgo && s.State == SubscriptionState.Unsubscribed
                && !db.Set<Subscription>().Any(x => x.SubscriberId == s.SubscriberId
                    && !(x.State == SubscriptionState.Unsubscribed && x.UnsubscribedAt <= longAgo && x.CreatedAt <= longAgo))
                && !db.Set<Confirmation>().Any(c => c.SubscriberId == s.SubscriberId && c.UsedAt == null))
            .Select(s => s.SubscriberId).Distinct().Take(AtOnce).ToListAsync(stopping);
        foreach (var id in left)
            await erasing.ForgetAsync(id, Actor.Worker, stopping);
        return left.Count;
    }

    /// <summary>
    /// Reduces times more than 25 hours old to their date. An exact time could be matched with a log of visits or mail deliveries, and
    /// would reveal the reader.
    /// </summary>
    private async Task BlurAsync(DateTimeOffset now, CancellationToken stopping)
    {
        var (until, from) = (("until", db.Stored(now - KeepInstants)), ("from", db.Stored(now - LookBack)));
        await BlurAsync("Subscriptions", "UnsubscribedAt", "TRUE");
        foreach (var column in new[] { "CreatedAt", "UsedAt", "RemindedAt", "RobotSeenAt", "DoubtedAt" })
            await BlurAsync("Confirmations", column, "TRUE");
        foreach (var column in new[] { "CreatedAt", "UpdatedAt", "FirstAttemptAt" })
            await BlurAsync("SubscriberMails", column, "\"State\" <> 'Waiting'");
        await BlurAsync("Audit", "At", "\"At\" >= @from AND \"Target\" LIKE 'subscriber:%'");

        async Task BlurAsync(string table, string column, string which)
        {
            var day = db.DayOf($"\"{column}\"");
            await using var command = db.Command(
                $"""UPDATE "{table}" SET "{column}" = {day} WHERE "{column}" <= @until AND "{column}" <> {day} AND {which}""", until, from);
            await db.Database.OpenConnectionAsync(stopping);
            try
            {
                await command.ExecuteNonQueryAsync(stopping);
            }
            finally
            {
                await db.Database.CloseConnectionAsync();
            }
        }
    }
}
