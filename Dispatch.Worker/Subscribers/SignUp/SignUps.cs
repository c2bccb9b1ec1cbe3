using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Accepts sign-ups. Whoever fills in the form may be a stranger to the address: so a sign-up only asks its reader to confirm, what was
/// typed waits for that too, and the caller learns nothing about the address. Whoever already gets these newsletters is mailed that they
/// do, and nothing changes. Nobody is mailed whose address is suppressed, or who has been mailed often enough today. For all of them the
/// same work is done and then rolled back, so that the time an answer takes reveals no more than its text.
/// </summary>
public sealed class SignUps(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, ConfirmationTokens tokens, MailsToAddress mails,
    SubscriberMailJobs jobs, TimeProvider clock)
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
                // The same address signed up at the same instant and the unique index refused this one: the address is known now.
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

        if (!mayAsk)
        {
            await transaction.RollbackAsync(cancel);
            jobs.EnqueueNothing();
        }
        else
        {
            await transaction.CommitAsync(cancel);
            jobs.EnqueueConfirmation(mail.Id);
        }
        return SignUpOutcome.Taken;
    }

    /// <summary>The newsletters asked for; the first one when none was named; null when one of them does not exist.</summary>
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
    /// Makes what is new pending and returns all newsletters that wait for the reader's confirmation. Whoever unsubscribed stays
    /// unsubscribed until then.
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

/// <summary>What somebody asked for in a form or through the API.</summary>
/// <param name="Address">The reader's, or so the sender says.</param>
/// <param name="Name">As typed; takes effect with the confirmation.</param>
/// <param name="Newsletters">Slugs; none means the first newsletter.</param>
/// <param name="Language">BCP 47; takes effect with the confirmation.</param>
/// <param name="Source">As in <c>form</c> or <c>api</c>.</param>
public sealed record SignUp(EmailAddress Address, string? Name, IReadOnlyList<string> Newsletters, string? Language, string Source);

public enum SignUpOutcome
{
    /// <summary>Accepted; whether the address was known, or is mailed, is not revealed.</summary>
    Taken,
    UnknownNewsletter,
}
