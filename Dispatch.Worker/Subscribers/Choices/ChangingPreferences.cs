using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Records;
using Dispatch.Worker.Subscribers.SignUp;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Choices;

/// <summary>
/// What readers see and change through a link mailed within the last hour: newsletters, name, language, pause and erasure. Each change
/// checks the link again, and returns null or false if it has expired.
/// </summary>
public sealed class ChangingPreferences(IDbContextFactory<DispatchDb> databases, KeyRing ring, Erasing erasing, TimeProvider clock)
{
    /// <summary>The maximum length of a pause, in days.</summary>
    public const int LongestPauseInDays = 366;

    public async Task<ReaderResult?> LookAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        if (await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Preferences, clock.GetUtcNow(), cancel) is not { } link)
            return null;
        var subscriber = await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == link.SubscriberId, cancel);
        var newsletters = await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).ToListAsync(cancel);
        var subscriptions = await db.Subscriptions.AsNoTracking()
            .SubscribedBy(subscriber.Id).ToDictionaryAsync(s => s.NewsletterId, cancel);
        return new(
            subscriber.AddressFrom(ring).Normalized, subscriber.NameFrom(ring), subscriber.Language,
            [.. newsletters.Select(newsletter => new NewsletterChoice(newsletter, subscriptions.ContainsKey(newsletter.Id)))],
            subscriptions.Values.Max(subscription => subscription.PausedUntil),
            EarliestPause(newsletters.Where(newsletter => subscriptions.ContainsKey(newsletter.Id)), clock.GetUtcNow()));
    }

    /// <summary>
    /// Applies the reader's choice of newsletters. No confirmation is needed, because the link proves that the reader owns the address.
    /// During the reader's pause, new subscriptions are paused too. A newsletter that was unticked a moment ago counts as paused as long as
    /// this could be undone, so unticking and ticking it again loses no pause. Returns what changed, or null if the link has expired.
    /// </summary>
    /// <param name="token">The token in the reader's link.</param>
    /// <param name="slugs">The slugs of the newsletters that are ticked now.</param>
    /// <param name="ticked">The slugs that were ticked when the page was rendered. Only differences from them are applied, so a change made
    /// elsewhere is kept. If null, the reader ends up with exactly <paramref name="slugs"/>.</param>
    /// <param name="shown">The text that the page showed beside the button, stored as proof of consent.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public async Task<ChangedChoice?> ChooseAsync(
        string token, IReadOnlyCollection<string> slugs, IReadOnlyCollection<string>? ticked, ShownWords shown, CancellationToken cancel)
    {
        var (begun, ended) = (new List<Newsletter>(), new List<Newsletter>());
        return await ChangeAsync(token, (db, subscriber, now) =>
            ChooseAsync(db, subscriber, slugs, ticked, shown, begun, ended, now, cancel), cancel) ? new(begun, ended) : null;
    }

    private static async Task ChooseAsync(
        DispatchDb db, Subscriber subscriber, IReadOnlyCollection<string> slugs, IReadOnlyCollection<string>? ticked, ShownWords shown,
        List<Newsletter> begun, List<Newsletter> ended, DateTimeOffset now, CancellationToken cancel)
    {
        var consent = await ConsentText.KeepAsync(db, shown, now, cancel);
        var subscriptions = await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id)
            .ToDictionaryAsync(s => s.NewsletterId, cancel);
        var newsletters = await db.Newsletters.AsNoTracking().ToListAsync(cancel);
        var pausedUntil = PausedUntil(newsletters, subscriptions, now);
        foreach (var newsletter in newsletters)
        {
            if (ticked is not null && ticked.Contains(newsletter.Slug) == slugs.Contains(newsletter.Slug))
                continue; // the reader didn't change this check box
            var known = subscriptions.GetValueOrDefault(newsletter.Id);
            if (slugs.Contains(newsletter.Slug))
            {
                known ??= db.Subscriptions.Add(new Subscription
                {
                    SubscriberId = subscriber.Id,
                    NewsletterId = newsletter.Id,
                    Source = "preferences",
                    CreatedAt = RoundedInstants.DayOf(now),
                }).Entity;
                if (!known.Confirm(now, consent))
                    continue;
                known.PausedUntil = pausedUntil is { } day && newsletter.BeginningOf(day) is var begins && begins > now ? begins : null;
                await db.UseUpAsync(subscriber.Id, [newsletter.Id], now, cancel);
                begun.Add(newsletter);
                Tell("subscription.confirmed", newsletter);
            }
            else if (known is { State: SubscriptionState.Confirmed } && known.Unsubscribe(now))
            {
                await db.WithdrawAsync(subscriber.Id, [newsletter.Id], cancel);
                ended.Add(newsletter);
                Tell("subscription.ended", newsletter);
            }
        }

        void Tell(string action, Newsletter newsletter) => db.Audit.Add(
            Actor.Reader.Did(action, AuditTarget.Subscriber(subscriber.Id), now, $"{AuditTarget.Newsletter(newsletter.Id)}, preferences"));
    }

    /// <summary>Sets the name in the reader's greeting and the reader's language. A null language means each newsletter's own.</summary>
    public Task<bool> DescribeAsync(string token, string? name, string? language, CancellationToken cancel) =>
        ChangeAsync(token, (db, subscriber, now) =>
    {
        subscriber.SealedName = ReaderName.Of(name) is { } known ? ring.Seal(known, Subscriber.NamePurpose) : null;
        subscriber.Language = language is { Length: > 0 } ? language : null;
        db.Audit.Add(Actor.Reader.Did("preferences.changed", AuditTarget.Subscriber(subscriber.Id), now, "name, language"));
        return Task.CompletedTask;
    }, cancel);

    /// <summary>
    /// Holds back all issues until this day begins in each newsletter's time zone. The day must not have begun in any of these zones, and
    /// may be at most <see cref="LongestPauseInDays"/> away.
    /// </summary>
    public async Task<PauseOutcome> PauseAsync(string token, DateOnly day, CancellationToken cancel)
    {
        var fits = true;
        var found = await ChangeAsync(token, async (db, subscriber, now) =>
        {
            var newsletters = await db.Newsletters.AsNoTracking().ToDictionaryAsync(newsletter => newsletter.Id, cancel);
            var subscriptions = await db.Subscriptions.SubscribedBy(subscriber.Id)
                .ToListAsync(cancel);
            if (!(fits = day >= EarliestPause(subscriptions.Select(s => newsletters[s.NewsletterId]), now) && day <= LatestPause(now)))
                return;
            foreach (var subscription in subscriptions)
                subscription.PausedUntil = newsletters[subscription.NewsletterId].BeginningOf(day);
            db.Audit.Add(Actor.Reader.Did("subscription.paused", AuditTarget.Subscriber(subscriber.Id), now));
        }, cancel);
        return !found ? PauseOutcome.Gone : fits ? PauseOutcome.Paused : PauseOutcome.WrongDay;
    }

    /// <summary>Returns the last day on which a pause may end.</summary>
    public static DateOnly LatestPause(DateTimeOffset now) => DateOnly.FromDateTime(now.UtcDateTime).AddDays(LongestPauseInDays);

    // Tomorrow in the zone whose date is furthest ahead, because the day must not have begun in any newsletter's zone. Tomorrow in UTC if
    // the reader gets no newsletter.
    private static DateOnly EarliestPause(IEnumerable<Newsletter> newsletters, DateTimeOffset now) =>
        newsletters.Select(newsletter => newsletter.DayOf(now)).DefaultIfEmpty(DateOnly.FromDateTime(now.UtcDateTime)).Max().AddDays(1);

    // Every newsletter is paused until the same date, which begins at a different instant in each time zone.
    private static DateOnly? PausedUntil(
        IEnumerable<Newsletter> newsletters, Dictionary<int, Subscription> subscriptions, DateTimeOffset now) =>
        newsletters.Max(newsletter => subscriptions.GetValueOrDefault(newsletter.Id) is { PausedUntil: { } until } subscription
            && (subscription.State is SubscriptionState.Confirmed || subscription.CanBeUndone(now))
            ? newsletter.DayOf(until) : (DateOnly?)null);

    public Task<bool> ResumeAsync(string token, CancellationToken cancel) => ChangeAsync(token, async (db, subscriber, now) =>
    {
        await db.Subscriptions.Where(s => s.SubscriberId == subscriber.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(s => s.PausedUntil, (DateTimeOffset?)null), cancel);
        db.Audit.Add(Actor.Reader.Did("subscription.resumed", AuditTarget.Subscriber(subscriber.Id), now));
    }, cancel);

    public async Task<bool> EraseAsync(string token, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        return await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Preferences, clock.GetUtcNow(), cancel) is { } link
            && await erasing.EraseAsync(link.SubscriberId, Actor.Reader, cancel);
    }

    private async Task<bool> ChangeAsync(string token, Func<DispatchDb, Subscriber, DateTimeOffset, Task> change, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await OneTimeLinks.FindAsync(db, token, OneTimeLinkPurpose.Preferences, now, cancel) is not { } link
            || !await db.LockSubscriberAsync(link.SubscriberId, cancel))
            return false;
        await change(db, await db.Subscribers.SingleAsync(s => s.Id == link.SubscriberId, cancel), now);
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }
}

/// <summary>What readers see about themselves.</summary>
/// <param name="Address">The address that issues are sent to.</param>
/// <param name="Name">The name in the reader's greeting, or null if the reader has given none.</param>
/// <param name="Language">The language that the reader chose, as a BCP 47 tag, or null for each newsletter's own.</param>
/// <param name="Newsletters">All newsletters, with the reader's choice for each.</param>
/// <param name="PausedUntil">The end of the reader's pause, or null if there is none.</param>
/// <param name="EarliestPause">The earliest day on which a pause may end.</param>
public sealed record ReaderResult(
    string Address, string? Name, string? Language, IReadOnlyList<NewsletterChoice> Newsletters,
    DateTimeOffset? PausedUntil, DateOnly EarliestPause);

/// <summary>The newsletters that a reader has just ticked, and those just unticked.</summary>
public sealed record ChangedChoice(IReadOnlyList<Newsletter> Begun, IReadOnlyList<Newsletter> Ended);

/// <summary>The outcome of a request for a pause.</summary>
public enum PauseOutcome
{
    Paused,

    /// <summary>The day has already begun, or is too far ahead.</summary>
    WrongDay,

    /// <summary>The reader's link has expired.</summary>
    Gone,
}

/// <summary>A newsletter, and whether the reader is subscribed to it.</summary>
public sealed record NewsletterChoice(Newsletter Newsletter, bool Chosen);
