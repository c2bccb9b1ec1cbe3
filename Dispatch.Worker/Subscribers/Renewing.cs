using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// Mails a fresh confirmation to whoever holds one that has run out, as long as the old one is still there. It takes the old one's
/// place, counts as one of the address's mails of the day, and begins seven new days.
/// </summary>
public sealed class Renewing(IDbContextFactory<DispatchDb> databases, ConfirmationTokens tokens, SubscriberMailJobs jobs, IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    /// <summary>False: there is no such link any more, or it has not run out. True says nothing of whether a mail goes out.</summary>
    public async Task<bool> RenewAsync(string token, CancellationToken cancel)
    {
        var hash = ConfirmationTokens.Hash(token);
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.Confirmations.AsNoTracking().SingleOrDefaultAsync(c => c.TokenHash == hash, cancel) is not { } found)
            return false;
        await db.LockSubscriberAsync(found.SubscriberId, cancel);
        if (await db.Confirmations.SingleOrDefaultAsync(c => c.Id == found.Id, cancel) is not { } old || old.StandingAt(now) is not ConfirmationStanding.Expired)
            return false;
        var waiting = await db.Subscriptions
            .Where(s => s.SubscriberId == old.SubscriberId && old.NewsletterIds.Contains(s.NewsletterId) && s.State != SubscriptionState.Confirmed)
            .Select(s => s.NewsletterId).ToArrayAsync(cancel);
        if (waiting.Length == 0 || !await MayBeMailedAsync(db, old.SubscriberId, now, cancel))
            return true;

        var fresh = Confirmation.New(old.SubscriberId, waiting, tokens, now);
        (fresh.SealedName, fresh.Language) = (old.SealedName, old.Language);
        db.Confirmations.Remove(old);
        db.Confirmations.Add(fresh);
        db.Audit.Add(Actor.Reader.Did("confirmation.renewed", $"subscriber:{old.SubscriberId}", now));
        await db.SaveChangesAsync(cancel);
        var mail = SubscriberMail.Confirmation(fresh);
        db.SubscriberMails.Add(mail);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        jobs.Enqueue(mail.Id);
        return true;
    }

    private async Task<bool> MayBeMailedAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel) =>
        await db.MailsOfTheDayAsync(subscriberId, now, cancel) < settings.Value.PerAddressPerDay
        && !await db.Subscribers.Where(s => s.Id == subscriberId).AnyAsync(s => db.Suppressions.Any(x => x.AddressHash == s.AddressHash && x.Reason != SuppressionReason.Erased), cancel);
}
