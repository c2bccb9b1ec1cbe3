using System.Net;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// Mails a fresh confirmation link to a reader whose link has expired. It replaces the old link and is valid for another seven days. A
/// renewal counts like a sign-up against all limits.
/// </summary>
public sealed class ConfirmationRenewal(
    IDbContextFactory<DispatchDb> databases, SignUpLimits limits, ConfirmationTokens tokens, MailsToAddress mails, WakeReaderMailing wake,
    KeyRing ring, TimeProvider clock)
{
    /// <summary>
    /// Renews an expired link. Returns null if the token is unknown or its link has not expired. An accepted request does not mean that a
    /// message is sent.
    /// </summary>
    public async Task<SignUpAnswer?> RenewAsync(string token, IPAddress? from, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        // The transaction begins only after the limits are counted: a rollback must not undo the count, and SQLite allows one writer at a
        // time, so the count would wait for the transaction.
        if (await FindAsync(db, token, now, cancel) is not { } found)
            return null;
        if (await limits.TakeAsync(from, 1, cancel) is { } wait)
            return new SignUpAnswer.TooMany(wait);
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockSubscriberAsync(found.SubscriberId, cancel);
        if (await FindAsync(db, token, now, cancel) is not { } old)
            return null;
        var waiting = await db.Subscriptions
            .Where(s => s.SubscriberId == old.SubscriberId && old.NewsletterIds.Contains(s.NewsletterId)
                && s.State != SubscriptionState.Confirmed)
            .Select(s => s.NewsletterId).ToArrayAsync(cancel);
        if (waiting.Length == 0 || !await TakeAsync(db, old.SubscriberId, now, cancel))
            return new SignUpAnswer.Taken(false);

        var fresh = Confirmation.New(old.SubscriberId, waiting, tokens, now);
        (fresh.SealedName, fresh.Language, fresh.Source) = (old.SealedName, old.Language, old.Source);
        db.Confirmations.Remove(old);
        db.Confirmations.Add(fresh);
        db.Audit.Add(Actor.Reader.Did("confirmation.renewed", AuditTarget.Subscriber(old.SubscriberId), now));
        await db.SaveChangesAsync(cancel);
        var mail = SubscriberMail.Confirmation(fresh);
        db.SubscriberMails.Add(mail);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        await wake();
        return new SignUpAnswer.Taken(false);
    }

    private static async Task<Confirmation?> FindAsync(DispatchDb db, string token, DateTimeOffset now, CancellationToken cancel)
    {
        var hash = ConfirmationTokens.Hash(token);
        var found = await db.Confirmations.AsNoTracking().SingleOrDefaultAsync(c => c.TokenHash == hash, cancel);
        return found?.StandingAt(now) is ConfirmationStatus.Expired ? found : null;
    }

    private async Task<bool> TakeAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel)
    {
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == subscriberId, cancel);
        return await mails.MayAskAsync(db, subscriber.AddressFrom(ring), now, cancel);
    }
}
