using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Stores a sign-up and queues its message. The sender may not own the address, so a sign-up only asks the reader to confirm. The name and
/// language typed take effect with the confirmation, and the answer reveals nothing about the address. A reader who already gets these
/// newsletters is mailed a notice, and nothing changes. No message goes to an address that is suppressed, or that has been mailed often
/// enough today: the same work is done and then rolled back, so that the time an answer takes reveals no more than its text.
/// </summary>
public sealed class SignUps(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, ConfirmationTokens tokens, MailsToAddress mails,
    WakeReaderMailing wake, TimeProvider clock)
{
    private const int Tries = 3;

    public async Task<SignUpOutcome> RequestAsync(SignUp wish, CancellationToken cancel)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await TryAsync(wish, cancel);
            }
            catch (DbUpdateException) when (tries < Tries)
            {
                // Another sign-up with this address came at the same instant, so the unique index refused this sign-up. The next try finds
                // the address.
            }
        }
    }

    private async Task<SignUpOutcome> TryAsync(SignUp wish, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await ChosenAsync(db, wish.Newsletters, cancel) is not { } newsletters)
            return SignUpOutcome.UnknownNewsletter;
        var now = clock.GetUtcNow();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);

        var subscriber = await FindOrAddAsync(db, wish.Address, now, cancel);
        var mayAsk = await mails.MayAskAsync(db, wish.Address, now, cancel);
        var news = await AddPendingAsync(db, subscriber, newsletters, wish.Source, now, cancel);
        var confirmation = Confirmation.New(subscriber.Id, news, tokens, now);
        confirmation.SealedName = wish.Name is { Length: > 0 } name ? ring.Seal(name, Subscriber.NamePurpose) : null;
        confirmation.Language = wish.Language is { Length: > 0 } language ? language : null;
        confirmation.Source = wish.Source;
        db.Confirmations.Add(confirmation);
        await db.SaveChangesAsync(cancel);
        var mail = news.Length > 0 ? SubscriberMail.Confirmation(confirmation) : SubscriberMail.AlreadyThere(subscriber.Id, now);
        if (news.Length == 0)
            db.Confirmations.Remove(confirmation);
        db.SubscriberMails.Add(mail);
        await db.SaveChangesAsync(cancel);

        if (mayAsk)
            await transaction.CommitAsync(cancel);
        else
            await transaction.RollbackAsync(cancel);
        await wake();
        return SignUpOutcome.Taken;
    }

    /// <summary>Returns the newsletters with these slugs; the first newsletter if none is given; null if a slug is unknown.</summary>
    private static async Task<List<Newsletter>?> ChosenAsync(DispatchDb db, IReadOnlyList<string> slugs, CancellationToken cancel)
    {
        var all = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        if (slugs.Count == 0)
            return [.. all.Take(1)];
        var chosen = all.Where(newsletter => slugs.Contains(newsletter.Slug)).ToList();
        return chosen.Count == slugs.Distinct().Count() ? chosen : null;
    }

    private async Task<Subscriber> FindOrAddAsync(DispatchDb db, EmailAddress address, DateTimeOffset now, CancellationToken cancel)
    {
        var hash = ring.HashOf(address);
        if (await db.Subscribers.SingleOrDefaultAsync(s => s.AddressHash == hash, cancel) is { } known)
        {
            await db.LockSubscriberAsync(known.Id, cancel);
            return known;
        }
        var subscriber = Subscriber.New(address, ring, now);
        db.Subscribers.Add(subscriber);
        await db.SaveChangesAsync(cancel);
        return subscriber;
    }

    /// <summary>
    /// Adds a pending subscription to each newsletter that is new to the reader. Returns the ids of all newsletters that the reader has to
    /// confirm. A subscription that the reader had ended stays ended until the reader confirms.
    /// </summary>
    private static async Task<int[]> AddPendingAsync(
        DispatchDb db, Subscriber subscriber, List<Newsletter> newsletters, string source, DateTimeOffset now, CancellationToken cancel)
    {
        var known = await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id)
            .ToDictionaryAsync(s => s.NewsletterId, s => s.State, cancel);
        var unknown = newsletters.Where(newsletter => !known.ContainsKey(newsletter.Id));
        db.Subscriptions.AddRange(unknown.Select(newsletter => new Subscription
        {
            SubscriberId = subscriber.Id,
            NewsletterId = newsletter.Id,
            State = SubscriptionState.Pending,
            Source = source,
            CreatedAt = RoundedInstants.DayOf(now),
        }));
        return [.. newsletters.Select(newsletter => newsletter.Id)
            .Where(id => !known.TryGetValue(id, out var state) || state is not SubscriptionState.Confirmed)];
    }
}

/// <summary>A sign-up, from the form or the API.</summary>
/// <param name="Address">The address as typed; it may not belong to the sender.</param>
/// <param name="Name">The name as typed; takes effect with the confirmation.</param>
/// <param name="Newsletters">The slugs of the newsletters; none means the first newsletter.</param>
/// <param name="Language">A BCP 47 tag; takes effect with the confirmation.</param>
/// <param name="Source">Where the sign-up came from, as in <c>form</c> or <c>api</c>.</param>
public sealed record SignUp(EmailAddress Address, string? Name, IReadOnlyList<string> Newsletters, string? Language, string Source);

public enum SignUpOutcome
{
    /// <summary>The sign-up was accepted. This doesn't reveal whether the address was known, or whether a message is sent.</summary>
    Taken,
    UnknownNewsletter,
}
