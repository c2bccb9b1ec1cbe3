using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// Mails readers a link that opens their preferences. Anybody with a forwarded issue can ask for this message, but it goes only to the
/// reader, and counts against the same daily limit as sign-up messages.
/// </summary>
public sealed class OneTimeLinks(
    IDbContextFactory<DispatchDb> databases, LinkTokens links, ConfirmationTokens tokens, WakeReaderMailing wake,
    IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    /// <summary>
    /// Mails the reader a fresh link. Returns false if the token is not valid. True does not mean that a message is sent.
    /// </summary>
    public async Task<bool> AskAsync(string token, CancellationToken cancel)
    {
        if (!links.TryRead(token, LinkKind.Preferences, out var subscriberId, out _))
            return false;
        await SendAsync(subscriberId, Actor.Reader, cancel);
        return true;
    }

    /// <summary>Mails the reader a fresh link. Returns false if the reader may not be mailed, or was mailed often enough today.</summary>
    public async Task<bool> SendAsync(long subscriberId, Actor actor, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (!await db.LockSubscriberAsync(subscriberId, cancel) || !await IsMailedAsync(db, subscriberId, now, cancel))
            return false;
        await QueueAsync(db, OneTimeLink.New(subscriberId, OneTimeLinkPurpose.Preferences, tokens, now), cancel);
        db.Audit.Add(actor.Did("preferences.asked", AuditTarget.Subscriber(subscriberId), now));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        await wake();
        return true;
    }

    /// <summary>Adds a link and its message in the caller's transaction.</summary>
    internal static async Task QueueAsync(DispatchDb db, OneTimeLink link, CancellationToken cancel)
    {
        db.OneTimeLinks.Add(link);
        await db.SaveChangesAsync(cancel);
        db.SubscriberMails.Add(SubscriberMail.Bringing(link));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>Returns the link with this token and purpose, or null if there is none or it has expired.</summary>
    internal static Task<OneTimeLink?> FindAsync(
        DispatchDb db, string token, OneTimeLinkPurpose purpose, DateTimeOffset now, CancellationToken cancel)
    {
        var hash = ConfirmationTokens.Hash(token);
        return db.OneTimeLinks.SingleOrDefaultAsync(link => link.TokenHash == hash && link.Purpose == purpose
            && link.ExpiresAt > now, cancel);
    }

    private async Task<bool> IsMailedAsync(DispatchDb db, long subscriberId, DateTimeOffset now, CancellationToken cancel) =>
        await db.LinksOfTheDayAsync(subscriberId, SubscriberMailKind.OneTimeLink, now, cancel) < settings.Value.PerAddressPerDay
        && await db.Subscribers.Where(s => s.Id == subscriberId).Select(s => s.AddressHash).SingleAsync(cancel) is var hash
        && await db.MayBeMailedAsync(hash, asks: false, cancel);
}
