using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// Sends one mail owed to one reader. Safe to run twice: a run claims the mail by moving its next attempt on, and one that finds
/// it moved already does nothing; a run that dies leaves it due again when <see cref="Claim"/> has passed.
/// </summary>
[AutomaticRetry(Attempts = 0)] // RetryPolicy decides about later attempts, and the sweep makes them.
public sealed class MailSubscriberJob(DispatchDb db, SubscriberMailWriter writer, KeyRing ring, RelayPool relays, RetryPolicy retries, TimeProvider clock)
{
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);

    [JobDisplayName("Mail to one reader, number {0}")]
    public async Task RunAsync(long id, CancellationToken stopping)
    {
        if (!await ClaimAsync(id, stopping))
            return;
        var mail = await db.SubscriberMails.SingleAsync(m => m.Id == id, stopping);
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == mail.SubscriberId, stopping);
        if (await writer.WriteAsync(db, mail, subscriber, stopping) is not { } message)
        {
            mail.Drop(clock.GetUtcNow());
        }
        else
        {
            // No token from here on: giving up after DATA loses the reply, not the mail.
            var reply = await relays.SendAsync(message, writer.SenderOf(message), mail.AddressFrom(subscriber, ring).ToMailbox(null));
            mail.Record(reply, retries, relays.RestingUntil, clock.GetUtcNow());
        }
        await db.SaveChangesAsync(CancellationToken.None);
    }

    private async Task<bool> ClaimAsync(long id, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        return await db.SubscriberMails
            .Where(mail => mail.Id == id && mail.State == SubscriberMailState.Waiting && mail.NextAttemptAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.NextAttemptAt, now + Claim), stopping) == 1;
    }
}
