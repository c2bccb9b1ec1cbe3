using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Records;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Finds readers' mails that are due and wakes their jobs: retries, and whatever a crash or a restart left behind. Clears away what is kept
/// for minutes only, and ends the pauses that are over.
/// </summary>
public sealed class SubscriberMailSweep(DispatchDb db, SubscriberMailJobs jobs, TimeProvider clock)
{
    private const int AtOnce = 1000; // the rest at the next sweep

    /// <summary>How long whoever causes a mail may take to queue its job; after that, a crash is assumed to have lost it.</summary>
    public static readonly TimeSpan TimeToQueue = TimeSpan.FromMinutes(1);

    /// <summary>How long a job queued by a sweep may wait, behind others or a slow relay, before it counts as lost.</summary>
    private static readonly TimeSpan TimeInQueue = TimeSpan.FromMinutes(10);

    /// <summary>Returns how many were found.</summary>
    public async Task<int> RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await db.EndPausesAsync(now, stopping);
        await HoneypotLink.ForgetNetworksAsync(db, now, stopping);
        var due = await db.SubscriberMails
            .Where(mail => mail.State == SubscriberMailState.Waiting && mail.NextAttemptAt <= now
                && (mail.QueuedUntil == null || mail.QueuedUntil <= now))
            // However many confirmations there are, the other mails come first.
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
