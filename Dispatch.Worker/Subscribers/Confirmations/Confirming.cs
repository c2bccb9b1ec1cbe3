using System.Net;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Subscribers.SignUp;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// Handles the link in a confirmation message. Opening the link changes nothing, because mail scanners open links. Confirming starts the
/// requested subscriptions and queues one welcome for all of them. It has no effect if a robot may have pressed the button
/// (<see cref="HoneypotLink"/>), or if the address is suppressed.
/// </summary>
public sealed class Confirming(IDbContextFactory<DispatchDb> databases, HoneypotLink honeypot, WakeReaderMailing wake, TimeProvider clock)
{
    public async Task<ConfirmationResult> LookAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await LookAsync(db, await FindAsync(db, token, cancel), cancel);
    }

    /// <param name="token">The token in the link.</param>
    /// <param name="from">The IP address of the visitor who pressed the button.</param>
    /// <param name="shown">The text that the page showed beside the button, stored as the proof of consent.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<ConfirmationResult> ConfirmAsync(string token, IPAddress? from, ShownWords shown, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await FindAsync(db, token, cancel) is not { } found)
            return ConfirmationResult.Unknown;
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.LockSubscriberAsync(found.SubscriberId, cancel);
        var confirmation = await db.Confirmations.SingleOrDefaultAsync(c => c.Id == found.Id, cancel);
        var look = await LookAsync(db, confirmation, cancel);
        if (confirmation is null || look.Status is not ConfirmationStatus.Waiting)
            return look;
        if (honeypot.Doubts(confirmation, from, now))
        {
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
            return look with { Status = ConfirmationStatus.Doubted };
        }

        var welcome = await ApplyAsync(db, confirmation, await ConsentText.KeepAsync(db, shown, now, cancel), now, cancel);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        if (welcome is not null)
            await wake();
        return look with { Status = ConfirmationStatus.Confirmed };
    }

    private static async Task<SubscriberMail?> ApplyAsync(
        DispatchDb db, Confirmation confirmation, string consent, DateTimeOffset now, CancellationToken cancel)
    {
        var subscriber = await db.Subscribers.SingleAsync(s => s.Id == confirmation.SubscriberId, cancel);
        var subscriptions = await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id).ToListAsync(cancel);
        // A stranger may have typed this name and language, so they don't replace those of a reader who has confirmed before.
        if (subscriptions.All(subscription => subscription.ConfirmedAt is null))
        {
            subscriber.SealedName = confirmation.SealedName ?? subscriber.SealedName;
            subscriber.Language = confirmation.Language ?? subscriber.Language;
        }
        confirmation.Use(now);

        // The hourly purge may just have deleted a pending subscription. It is added again.
        foreach (var missing in confirmation.NewsletterIds.Except(subscriptions.Select(subscription => subscription.NewsletterId)))
            subscriptions.Add(db.Subscriptions.Add(new Subscription { SubscriberId = subscriber.Id, NewsletterId = missing }).Entity);
        var begun = subscriptions.Where(s => confirmation.NewsletterIds.Contains(s.NewsletterId) && s.Confirm(now, consent)).ToList();
        foreach (var subscription in begun)
            (subscription.Source, subscription.CreatedAt) = (confirmation.Source, RoundedInstants.DayOf(confirmation.CreatedAt));
        await db.UseUpAsync(subscriber.Id, confirmation.NewsletterIds, now, cancel);
        var welcome = begun.Count > 0
            ? SubscriberMail.Welcome(begun.MinBy(subscription => subscription.NewsletterId)!, confirmation, now)
            : null;
        if (welcome is not null)
            db.SubscriberMails.Add(welcome);
        db.Audit.AddRange(begun.Select(subscription => Actor.Reader.Did(
            "subscription.confirmed", AuditTarget.Subscriber(subscriber.Id), now, AuditTarget.Newsletter(subscription.NewsletterId).Name)));
        // The reader wants to come back, so a suppression for an erasure is lifted. A suppression for a bounce or a complaint stays.
        await db.LiftErasureAsync(subscriber.AddressHash, cancel);
        return welcome;
    }

    private static async Task<Confirmation?> FindAsync(DispatchDb db, string token, CancellationToken cancel)
    {
        if (token.Length != ConfirmationTokens.Length)
            return null;
        var hash = ConfirmationTokens.Hash(token);
        return await db.Confirmations.AsNoTracking().SingleOrDefaultAsync(c => c.TokenHash == hash, cancel);
    }

    private async Task<ConfirmationResult> LookAsync(DispatchDb db, Confirmation? confirmation, CancellationToken cancel)
    {
        if (confirmation is null)
            return ConfirmationResult.Unknown;
        var newsletters = await db.Newsletters.AsNoTracking().Where(n => confirmation.NewsletterIds.Contains(n.Id))
            .OrderBy(n => n.Id).ToListAsync(cancel);
        if (await db.Subscribers.AsNoTracking().SingleOrDefaultAsync(s => s.Id == confirmation.SubscriberId, cancel) is not { } subscriber)
            return ConfirmationResult.Unknown; // the reader has just been erased
        var standing = confirmation.StandingAt(clock.GetUtcNow());
        if (standing is ConfirmationStatus.Waiting && !await db.MayBeMailedAsync(subscriber.AddressHash, asks: true, cancel))
            standing = ConfirmationStatus.Suppressed;
        return new(standing, newsletters, subscriber.Language ?? confirmation.Language);
    }
}

/// <summary>
/// The state of a confirmation link, its newsletters, and the page's language, which is the reader's choice or else the language of the
/// sign-up.
/// </summary>
public sealed record ConfirmationResult(ConfirmationStatus Status, IReadOnlyList<Newsletter> Newsletters, string? Language = null)
{
    public static readonly ConfirmationResult Unknown = new(ConfirmationStatus.Unknown, []);
}
