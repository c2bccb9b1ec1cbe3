using Dispatch.Worker.Database;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// Once an hour: clears away sign-ups that nobody confirmed in time, with the addresses that were typed for them, links that have run out, and the traces
/// of mails that arrived long ago. Whoever ever confirmed stays, so that an unsubscribed reader remains unsubscribed.
/// </summary>
public sealed class PurgeExpired(DispatchDb db, TimeProvider clock, ILogger<PurgeExpired> log)
{
    /// <summary>How long the trace of a mail is kept: that it went out, and what the other side answered.</summary>
    public static readonly TimeSpan KeepMails = TimeSpan.FromDays(30);

    [JobDisplayName("Clear away sign-ups that nobody confirmed")]
    public async Task RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        var oldEnough = now - Confirmation.GoodFor;
        await db.SubscriberMails.Where(mail => mail.State != SubscriberMailState.Waiting && mail.UpdatedAt < now - KeepMails).ExecuteDeleteAsync(stopping);
        await db.FreshLinks.Where(link => link.ExpiresAt <= now).ExecuteDeleteAsync(stopping);
        var confirmations = await db.Confirmations.Where(c => c.ExpiresAt <= now).ExecuteDeleteAsync(stopping);
        await db.Subscriptions
            .Where(s => s.State == SubscriptionState.Pending && s.CreatedAt <= oldEnough && !db.Confirmations.Any(c => c.SubscriberId == s.SubscriberId && c.UsedAt == null))
            .ExecuteDeleteAsync(stopping);
        var subscribers = await db.Subscribers
            .Where(s => s.CreatedAt <= oldEnough && !db.Subscriptions.Any(subscription => subscription.SubscriberId == s.Id) && !db.Confirmations.Any(c => c.SubscriberId == s.Id))
            .ExecuteDeleteAsync(stopping);
        if (confirmations + subscribers > 0)
            log.LogInformation("Cleared away {Confirmations} expired confirmations and {Subscribers} sign-ups that were never confirmed", confirmations, subscribers);
    }
}
