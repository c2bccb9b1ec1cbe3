using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Suppressions;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// Reminds a reader once of a sign-up that is unconfirmed after a day. No reminder is sent if the confirmation message did not arrive, the
/// address is suppressed, the reader was reminded within a week, or the reader has since signed up again, subscribed or unsubscribed.
/// </summary>
public sealed class ConfirmationReminders(DispatchDb db, WakeReaderMailing wake, TimeProvider clock)
{
    public static readonly TimeSpan After = TimeSpan.FromDays(1);

    private const int AtOnce = 1000; // the rest follow in the next round

    [JobDisplayName("Remind of unconfirmed sign-ups")]
    public async Task RunAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        var due = await db.Confirmations
            .Where(c => c.ExpiresAt > now && c.ExpiresAt <= now - After + Confirmation.GoodFor && c.UsedAt == null && c.RemindedAt == null)
            .OrderBy(c => c.ExpiresAt).Take(AtOnce).ToListAsync(stopping);
        foreach (var confirmation in due)
            await RemindAsync(confirmation, now, stopping);
        await wake();
    }

    private async Task RemindAsync(Confirmation confirmation, DateTimeOffset now, CancellationToken stopping)
    {
        var mail = await IsWantedAsync(confirmation, now, stopping) ? SubscriberMail.Reminder(confirmation, now) : null;
        await using var transaction = await db.Database.BeginTransactionAsync(stopping);
        // Two workers may run at once. Only the one that sets RemindedAt sends the reminder.
        if (await db.Confirmations.Where(c => c.Id == confirmation.Id && c.RemindedAt == null && c.UsedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.RemindedAt, now), stopping) == 0)
            return;
        if (mail is not null)
        {
            db.SubscriberMails.Add(mail);
            db.Audit.Add(Actor.Worker.Did("confirmation.reminded", AuditTarget.Subscriber(confirmation.SubscriberId), now));
            await db.SaveChangesAsync(stopping);
        }
        await transaction.CommitAsync(stopping);
    }

    private async Task<bool> IsWantedAsync(Confirmation confirmation, DateTimeOffset now, CancellationToken stopping)
    {
        var mails = db.SubscriberMails.Where(mail => mail.SubscriberId == confirmation.SubscriberId);
        return await db.StillWaitsAsync(confirmation, stopping)
            && await db.Subscribers.Where(s => s.Id == confirmation.SubscriberId).Select(s => s.AddressHash)
                .SingleOrDefaultAsync(stopping) is { } hash
            && await db.MayBeMailedAsync(hash, asks: false, stopping)
            && await mails.AnyAsync(mail => mail.ConfirmationId == confirmation.Id && mail.State == SubscriberMailState.Accepted, stopping)
            && !await mails.AnyAsync(mail => mail.Kind == SubscriberMailKind.Reminder
                && mail.CreatedAt > now - Confirmation.GoodFor, stopping)
            && !await db.Confirmations.AnyAsync(c => c.SubscriberId == confirmation.SubscriberId && c.Id > confirmation.Id
                && c.ExpiresAt > now, stopping);
    }
}
