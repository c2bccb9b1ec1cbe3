using Dispatch.Worker.Bounces.Consequences;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Idempotency;
using Dispatch.Worker.Issues.Archive;
using Dispatch.Worker.Issues.Photos;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Transfer.Import;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Worker.Hosting;

/// <summary>
/// The list of recurring jobs: each newsletter's slots, and a sweep every ten seconds that finds what is due at other times. At start, all
/// unfinished work in the tables is resumed at once, so it does no harm if Hangfire has lost its jobs.
/// </summary>
internal sealed class RecurringJobs(
    IRecurringJobManager jobs, IBackgroundJobClient client, IServiceScopeFactory scopes, DatabaseChoice choice)
{
    private static readonly RecurringJobOptions Utc = new(
        )
    { TimeZone = TimeZoneInfo.Utc, MisfireHandling = MisfireHandlingMode.Ignorable };

    /// <summary>Adds the jobs, and queues the first sweep. Call this before the first server runs a job.</summary>
    public async Task AddAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (!choice.IsPostgres)
            await ForgetQueueAsync(scope.ServiceProvider.GetRequiredService<DispatchDb>(), cancellationToken);
        await scope.ServiceProvider.GetRequiredService<SlotJobs>().SyncAsync(cancellationToken);
        jobs.AddOrUpdate<Sweep>("sweep", sweep => sweep.RunAsync(CancellationToken.None), "*/10 * * * * *", Utc);
        jobs.AddOrUpdate<PurgeExpired>("purge", purge => purge.RunAsync(CancellationToken.None), "17 * * * *", Utc);
        jobs.AddOrUpdate<SignUpLimits>("purge-networks", limits => limits.PurgeAsync(CancellationToken.None), "*/10 * * * *", Utc);
        jobs.AddOrUpdate<ConfirmationReminders>("remind", reminding => reminding.RunAsync(CancellationToken.None), "*/10 * * * *", Utc);
        jobs.AddOrUpdate<KeyedRequests>("purge-keys", requests => requests.PurgeAsync(CancellationToken.None), "29 * * * *", Utc);
        jobs.AddOrUpdate<PictureRemoval>("purge-pictures", pictures => pictures.SweepAsync(CancellationToken.None), "41 * * * *", Utc);
        jobs.AddOrUpdate<OlderPictures>("older-pictures", pictures => pictures.RunAsync(CancellationToken.None), "43 * * * *", Utc);
        jobs.AddOrUpdate<ArchiveSearch>("index-archive", search => search.CatchUpAsync(CancellationToken.None), "* * * * *", Utc);
        jobs.AddOrUpdate<ImportSweep>("imports", imports => imports.RunAsync(CancellationToken.None), "* * * * *", Utc);
        client.Enqueue<ImportSweep>(imports => imports.RunAsync(CancellationToken.None));
        jobs.AddOrUpdate<RejectedDeliveries>("judge-refusals", judging => judging.RunAsync(CancellationToken.None), "* * * * *", Utc);
        jobs.AddOrUpdate<PurgeBounces>("purge-bounces", purge => purge.RunAsync(CancellationToken.None), "53 3 * * *", Utc);
        client.Enqueue<Sweep>(sweep => sweep.RunAsync(CancellationToken.None));
    }

    // With SQLite, no other process uses the database. All leases, claims and queue marks found at start therefore belong to dead runs.
    private static async Task ForgetQueueAsync(DispatchDb db, CancellationToken cancel)
    {
        await db.DeliveryChunks.Where(chunk => !chunk.Done)
            .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(chunk => chunk.QueuedUntil, (DateTimeOffset?)null), cancel);
        await db.SubscriberMails.Where(mail => mail.State == SubscriberMailState.Waiting && mail.ClaimedUntil != null)
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.ClaimedUntil, (DateTimeOffset?)null), cancel);
        await ImportSweep.ForgetAsync(db, cancel);
        await db.MailboxStates.ExecuteUpdateAsync(set => set.SetProperty(state => state.LeasedUntil, (DateTimeOffset?)null), cancel);
    }
}
