using Dispatch.Worker.Database;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Relays;
using Dispatch.Worker.Suppressions;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// Sends one waiting message to one reader, if the reader may still be mailed. The job is safe to run twice: a run claims the message by
/// postponing the message's next attempt, and renews the claim while a relay works on the message. A second run finds the message claimed
/// and does nothing. If a run dies, the message is due again once <see cref="Claim"/> has passed.
/// </summary>
[AutomaticRetry(Attempts = 0)] // RetryPolicy decides when to try again, and the sweep queues the job.
public sealed class MailSubscriberJob(
    DispatchDb db, SubscriberMailWriter writer, KeyRing ring, RelayPool relays, RetryPolicy retries, TimeProvider clock,
    ILogger<MailSubscriberJob> log)
{
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a message waits if this process lacks the key to its address. Another process may have the key, or this process may get the
    /// key with an updated key file.
    /// </summary>
    private static readonly TimeSpan AfterMissingKey = TimeSpan.FromMinutes(1);

    [JobDisplayName("Mail to one reader, number {0}")]
    public async Task RunAsync(long id, CancellationToken stopping)
    {
        if (!await ClaimAsync(id, stopping))
            return;
        try
        {
            await SendAsync(id, stopping);
        }
        catch (KeyRingException fault) when (fault.KeyIsMissing)
        {
            await MoveOnAsync(id, clock.GetUtcNow() + AfterMissingKey);
            if (ring.IsToTellOfMissingKey())
                log.LogError("Mail {Mail} to one reader waits, and others may: {Fault}", id, fault.Message);
        }
    }

    private async Task SendAsync(long id, CancellationToken stopping)
    {
        var mail = await db.SubscriberMails.SingleOrDefaultAsync(m => m.Id == id, stopping);
        if (mail is null || await db.Subscribers.AsNoTracking()
            .SingleOrDefaultAsync(s => s.Id == mail.SubscriberId, stopping) is not { } subscriber)
            return; // the reader has just been erased
        // Checked again before sending: retries, reminders and welcomes are sent hours or days after they were requested.
        if (!await db.MayBeMailedAsync(mail.AddressHashFrom(subscriber, ring), mail.Asks, stopping)
            || await writer.WriteAsync(db, mail, subscriber, stopping) is not { } message)
        {
            mail.Drop(clock.GetUtcNow());
        }
        else
        {
            // Sending can't be cancelled: after DATA, cancelling would lose the relay's reply, but the message would still be delivered.
            var to = mail.AddressFrom(subscriber, ring).ToMailbox(null);
            var reply = await WhileRenewingAsync(id, relays.SendAsync(message, writer.SenderOf(mail, message), to));
            mail.Record(reply, retries, relays.RestingUntil, clock.GetUtcNow());
            if (reply is { Kind: ReplyKind.Permanent, About: not ReplyAbout.Mailbox })
                log.LogWarning("Mail {Mail} to one reader is refused for a reason that is not the mailbox's ({About}): {Reply}",
                    id, reply.About, reply.Said);
        }
        try
        {
            await db.SaveChangesAsync(CancellationToken.None);
        }
        catch (DbUpdateConcurrencyException)
        {
            // The reader was erased while the message was being sent, so there is no row to update.
        }
    }

    private async Task<SmtpReply> WhileRenewingAsync(long id, Task<SmtpReply> sending)
    {
        while (await Task.WhenAny(sending, Task.Delay(Renewal, clock)) != sending)
        {
            await MoveOnAsync(id, clock.GetUtcNow() + Claim);
        }
        return await sending;
    }

    private Task<int> MoveOnAsync(long id, DateTimeOffset until) =>
        db.SubscriberMails.Where(mail => mail.Id == id).ExecuteUpdateAsync(set => set.SetProperty(mail => mail.NextAttemptAt, until));

    private async Task<bool> ClaimAsync(long id, CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        return await db.SubscriberMails
            .Where(mail => mail.Id == id && mail.State == SubscriberMailState.Waiting && mail.NextAttemptAt <= now)
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.NextAttemptAt, now + Claim)
                .SetProperty(mail => mail.QueuedUntil, (DateTimeOffset?)null), stopping) == 1;
    }
}
