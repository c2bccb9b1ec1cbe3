using Dispatch.Worker.Database;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Deliveries.Sending.ReaderMails;

/// <summary>
/// Starts the mailing of waiting messages to readers at once: tells the running job of this process about them or, if none is running,
/// queues a job. At most one <see cref="ReaderMailJob"/> waits in the queue; on PostgreSQL, <see cref="ReaderMailMark"/> says whether
/// another process has queued one. A job clears the mark before it looks for messages, so no message is missed.
/// </summary>
public sealed class ReaderMailWake(
    IDbContextFactory<DispatchDb> databases, DatabaseChoice choice, IBackgroundJobClient jobs, ReaderMailPatience patience,
    TimeProvider clock, ILogger<ReaderMailWake> log)
{
    public const string Queue = "readers";

    /// <summary>How long a process that has set the mark may take to create the job. After that, it counts as killed.</summary>
    public static readonly TimeSpan TimeToQueue = TimeSpan.FromMinutes(1);

    /// <summary>How long a queued job may wait for a worker before it counts as lost.</summary>
    public static readonly TimeSpan TimeInQueue = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>
    /// After a process on PostgreSQL has queued a job or found one queued, it queues no other job for this long. A running job waits longer
    /// than this for more messages, so it still finds those stored in the meantime.
    /// </summary>
    private static readonly TimeSpan Unasked = TimeSpan.FromSeconds(1);

    /// <summary>How often a job that waits for more messages looks for messages stored by other processes.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(200);

    private readonly Lock gate = new();
    private TaskCompletionSource more = New();
    private DateTimeOffset quietUntil;
    private bool running;

    /// <summary>Makes sure that a job will look for messages. Never throws.</summary>
    /// <returns>Whether a job was queued.</returns>
    public async Task<bool> WakeAsync()
    {
        var now = clock.GetUtcNow();
        lock (gate)
        {
            more.TrySetResult();
            if (running || now < quietUntil)
                return false;
            quietUntil = now + (choice.IsPostgres ? Unasked : TimeInQueue);
        }
        try
        {
            if (!choice.IsPostgres)
                Create();
            else if (!await TryQueueAsync(now))
                return false;
            return true;
        }
        catch (Exception fault) when (TransientErrors.Is(fault) || fault is BackgroundJobClientException)
        {
            log.LogWarning("No job was queued for the mails to readers; the next sweep will do it: {Fault}", fault.Message);
            return false;
        }
    }

    /// <summary>
    /// Begins a run in this process. Returns false if a run is already active; that run then looks for messages again. After true,
    /// <see cref="End"/> must follow.
    /// </summary>
    public async Task<bool> TryBeginAsync(CancellationToken cancel)
    {
        // If the mark stayed, for example because the database has just restarted, nobody would queue the next job until it expires.
        for (var wait = TimeSpan.Zero; !await TryForgetQueuedAsync(cancel); wait = TryAgainAfter)
            await Task.Delay(wait, clock, cancel);
        lock (gate)
        {
            more.TrySetResult();
            if (running)
                return false;
            (running, quietUntil) = (true, default);
            return true;
        }
    }

    /// <summary>
    /// Lets the next sweep queue a job even if one counts as queued. A worker calls this when it starts: an earlier process may have been
    /// killed after Hangfire had given it the job.
    /// </summary>
    public async Task ForgetQueuedAsync(CancellationToken cancel)
    {
        if (!choice.IsPostgres)
            return;
        await using var db = databases.CreateDbContext();
        await MarkAsync(db.ReaderMailMarks.Where(mark => mark.QueuedUntil != null), null, cancel);
    }

    private async Task<bool> TryForgetQueuedAsync(CancellationToken cancel)
    {
        try
        {
            await ForgetQueuedAsync(cancel);
            return true;
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            log.LogWarning("The mails to readers wait for the database: {Fault}", fault.GetBaseException().Message);
            return false;
        }
    }

    public void End()
    {
        lock (gate)
            running = false;
    }

    /// <summary>
    /// Call this just before looking for messages. The returned task completes when this process has stored more messages.
    /// </summary>
    public Task Look()
    {
        lock (gate)
        {
            if (more.Task.IsCompleted)
                more = New();
            return more.Task;
        }
    }

    /// <summary>Waits for more messages, for a short while. Returns false, and ends the run, if there are none.</summary>
    /// <param name="called">The task that <see cref="Look"/> returned.</param>
    /// <param name="since">When the last message was found, by <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async Task<bool> WaitAsync(Task called, long since, CancellationToken cancel)
    {
        if (!called.IsCompleted && clock.GetElapsedTime(since) < patience.Time)
            await Task.WhenAny(called, Task.Delay(choice.IsPostgres ? LookAgain : patience.Time, clock, cancel));
        lock (gate)
        {
            if (called.IsCompleted || (clock.GetElapsedTime(since) < patience.Time && !cancel.IsCancellationRequested))
                return true;
            running = false;
            return false;
        }
    }

    private async Task<bool> TryQueueAsync(DateTimeOffset now)
    {
        await using var db = databases.CreateDbContext();
        if (await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO "ReaderMailMarks" ("Id", "QueuedUntil") VALUES ({ReaderMailMark.TheOne}, {now + TimeToQueue})
            ON CONFLICT ("Id") DO UPDATE SET "QueuedUntil" = EXCLUDED."QueuedUntil"
            WHERE "ReaderMailMarks"."QueuedUntil" IS NULL OR "ReaderMailMarks"."QueuedUntil" <= {now}
            """) == 0)
            return false;
        try
        {
            Create();
        }
        catch (BackgroundJobClientException)
        {
            await MarkAsync(db.ReaderMailMarks, null, CancellationToken.None);
            throw;
        }
        var notBegun = db.ReaderMailMarks.Where(mark => mark.QueuedUntil != null);
        await MarkAsync(notBegun, now + TimeInQueue, CancellationToken.None);
        return true;
    }

    private static Task<int> MarkAsync(IQueryable<ReaderMailMark> marks, DateTimeOffset? until, CancellationToken cancel) =>
        marks.ExecuteUpdateAsync(set => set.SetProperty(mark => mark.QueuedUntil, until), cancel);

    private void Create()
    {
        try
        {
            jobs.Create(Job.FromExpression<ReaderMailJob>(job => job.RunAsync(CancellationToken.None)), new EnqueuedState(Queue));
        }
        catch
        {
            lock (gate)
                quietUntil = default;
            throw;
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>
/// How long a job waits for more messages after it has mailed everything. Readers sign up one after the other, and a job for each reader
/// would cost more than the message itself.
/// </summary>
public sealed record ReaderMailPatience(TimeSpan Time)
{
    public static readonly ReaderMailPatience Usual = new(TimeSpan.FromSeconds(3));
}
