using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Finds messages to single readers that are due, and queues their jobs: retries, and messages whose jobs were lost in a crash or a
/// restart. Also clears robots' networks that are no longer needed, and ends pauses that are over.
/// </summary>
public sealed class SubscriberMailSweep(DispatchDb db, SubscriberMailJobs jobs, TimeProvider clock)
{
    private const int AtOnce = 1000; // the rest follow at the next sweep

    /// <summary>
    /// How long a process may take to queue the job of a message that it has stored. After that, a crash is assumed to have lost the job.
    /// </summary>
    public static readonly TimeSpan TimeToQueue = TimeSpan.FromMinutes(1);

    /// <summary>How long a job queued by the sweep may wait, behind other jobs or a slow relay, before it counts as lost.</summary>
    private static readonly TimeSpan TimeInQueue = TimeSpan.FromMinutes(10);

    /// <summary>Queues the jobs that are due. Returns how many messages were found.</summary>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await db.EndPausesAsync(now, stopping);
        await HoneypotLink.ForgetNetworksAsync(db, now, stopping);
        var due = await db.SubscriberMails
            .Where(mail => mail.State == SubscriberMailState.Waiting && mail.NextAttemptAt <= now
                && (mail.QueuedUntil == null || mail.QueuedUntil <= now))
            // All other messages come before the confirmations, of which there may be any number.
            .OrderBy(mail => mail.Kind == SubscriberMailKind.Confirmation).ThenBy(mail => mail.NextAttemptAt)
            .Select(mail => new { mail.Id, mail.Kind }).Take(AtOnce).ToListAsync(stopping);
        var ids = due.Select(mail => mail.Id).ToList();
        await db.SubscriberMails.Where(mail => ids.Contains(mail.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.QueuedUntil, now + TimeInQueue), stopping);
        foreach (var mail in due)
            if (mail.Kind is SubscriberMailKind.Confirmation)
                jobs.EnqueueConfirmation(mail.Id);
            else
                jobs.Enqueue(mail.Id);
        return due.Count;
    }
}
