using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// What a reader sees and changes by a link that was mailed to them within the hour: their newsletters, name and language, a pause, and
/// their erasure. Each change asks for the link anew, and is null or false when it has run out.
/// </summary>
public sealed class ChangingPreferences(IDbContextFactory<DispatchDb> databases, KeyRing ring, Erasing erasing, TimeProvider clock)
{
    /// <summary>As far ahead as a pause can reach: whoever wants longer wants to unsubscribe.</summary>
    public const int LongestPauseInDays = 366;

    public async Task<ReaderLook?> LookAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await FreshLinks.FindAsync(db, token, FreshLinkPurpose.Preferences, clock.GetUtcNow(), cancel) is not { } link)
            return null;
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == link.SubscriberId, cancel);
        var newsletters = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        var subscriptions = await db.Subscriptions.AsNoTracking()
            .Where(s => s.SubscriberId == subscriber.Id && s.State == SubscriptionState.Confirmed).ToDictionaryAsync(s => s.NewsletterId, cancel);
        return new(
            subscriber.AddressFrom(ring).Normalized, subscriber.NameFrom(ring), subscriber.Language,
            [.. newsletters.Select(newsletter => new NewsletterChoice(newsletter, subscriptions.ContainsKey(newsletter.Id)))],
            subscriptions.Values.Max(subscription => subscription.PausedUntil));
    }

    /// <summary>These newsletters from now on, and no others; at once, for the link has shown whose address it is.</summary>
    /// <param name="token">As in the link.</param>
    /// <param name="slugs">The newsletters.</param>
    /// <param name="shown">What the page said beside the button, for the proof of consent.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<bool> ChooseAsync(string token, IReadOnlyCollection<string> slugs, ShownWords shown, CancellationToken cancel) =>
        ChangeAsync(token, async (db, subscriber, now) =>
    {
        var consent = await ConsentText.KeepAsync(db, shown, now, cancel);
        var subscriptions = await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id).ToDictionaryAsync(s => s.NewsletterId, cancel);
        foreach (var newsletter in await db.Newsletters.AsNoTracking().ToListAsync(cancel))
        {
            var known = subscriptions.GetValueOrDefault(newsletter.Id);
            if (slugs.Contains(newsletter.Slug))
            {
                known ??= db.Subscriptions.Add(new Subscription
                {
                    SubscriberId = subscriber.Id,
                    NewsletterId = newsletter.Id,
                    Source = "preferences",
                    CreatedAt = ErasedNumbers.DayOf(now),
                }).Entity;
                if (known.Confirm(now, consent))
                    Tell("subscription.confirmed", newsletter);
            }
            else if (known is { State: SubscriptionState.Confirmed } && known.Unsubscribe(now))
                Tell("subscription.ended", newsletter);
        }

        void Tell(string action, Newsletter newsletter) => db.Audit.Add(Actor.Reader.Did(action, $"subscriber:{subscriber.Id}", now, $"newsletter:{newsletter.Id}, preferences"));
    }, cancel);

    /// <summary>How the reader is greeted, and in which language; null leaves both to the newsletter.</summary>
    public Task<bool> DescribeAsync(string token, string? name, string? language, CancellationToken cancel) => ChangeAsync(token, (db, subscriber, now) =>
    {
        subscriber.SealedName = name is { Length: > 0 } ? ring.Seal(name, Subscriber.NamePurpose) : null;
        subscriber.Language = language is { Length: > 0 } ? language : null;
        db.Audit.Add(Actor.Reader.Did("preferences.changed", $"subscriber:{subscriber.Id}", now, "name, language"));
        return Task.CompletedTask;
    }, cancel);

    /// <summary>No issues before this day begins where each newsletter is made. The day must be <see cref="CanPauseUntil"/>.</summary>
    public Task<bool> PauseAsync(string token, DateOnly day, CancellationToken cancel) => ChangeAsync(token, async (db, subscriber, now) =>
    {
        if (!CanPauseUntil(day))
            throw new ArgumentOutOfRangeException(nameof(day), "expected a day between tomorrow and a year from now");
        var newsletters = await db.Newsletters.AsNoTracking().ToDictionaryAsync(newsletter => newsletter.Id, cancel);
        foreach (var subscription in await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id && s.State == SubscriptionState.Confirmed).ToListAsync(cancel))
            subscription.PausedUntil = newsletters[subscription.NewsletterId].BeginningOf(day);
        db.Audit.Add(Actor.Reader.Did("subscription.paused", $"subscriber:{subscriber.Id}", now));
    }, cancel);

    /// <summary>Tomorrow, in whatever zone, to a year from now.</summary>
    public bool CanPauseUntil(DateOnly day)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return day > today && day <= today.AddDays(LongestPauseInDays);
    }

    public Task<bool> ResumeAsync(string token, CancellationToken cancel) => ChangeAsync(token, async (db, subscriber, now) =>
    {
        await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id).ExecuteUpdateAsync(set => set.SetProperty(s => s.PausedUntil, (DateTimeOffset?)null), cancel);
        db.Audit.Add(Actor.Reader.Did("subscription.resumed", $"subscriber:{subscriber.Id}", now));
    }, cancel);

    public async Task<bool> EraseAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await FreshLinks.FindAsync(db, token, FreshLinkPurpose.Preferences, clock.GetUtcNow(), cancel) is { } link
            && await erasing.EraseAsync(link.SubscriberId, Actor.Reader, cancel);
    }

    private async Task<bool> ChangeAsync(string token, Func<DispatchDb, Subscriber, DateTimeOffset, Task> change, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await FreshLinks.FindAsync(db, token, FreshLinkPurpose.Preferences, now, cancel) is not { } link || !await db.LockSubscriberAsync(link.SubscriberId, cancel))
            return false;
        await change(db, await db.Subscribers.SingleAsync(s => s.Id == link.SubscriberId, cancel), now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}

/// <summary>What a reader is shown of themselves.</summary>
public sealed record ReaderLook(string Address, string? Name, string? Language, IReadOnlyList<NewsletterChoice> Newsletters, DateTimeOffset? PausedUntil);

/// <summary>A newsletter, and whether the reader gets it.</summary>
public sealed record NewsletterChoice(Newsletter Newsletter, bool Chosen);
