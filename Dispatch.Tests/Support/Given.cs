using Dispatch.Tests.Support.Servers;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Scheduling;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatch.Tests.Support;

/// <summary>Prepares rows in the database before a test.</summary>
internal sealed class Given(DispatchApp app)
{
    private static int issues;

    private DateTimeOffset Now => app.Clock.GetUtcNow();

    /// <summary>Returns the newsletter from the configuration.</summary>
    public async Task<Newsletter> Newsletter()
    {
        await using var db = app.OpenDb();
        return await db.Newsletters.AsNoTracking().OrderBy(newsletter => newsletter.Id).FirstAsync();
    }

    /// <summary>Adds another newsletter that differs only in slug and name.</summary>
    public async Task<Newsletter> Newsletter(string slug)
    {
        var like = await Newsletter();
        await using var db = app.OpenDb();
        (like.Id, like.Slug, like.Name) = (0, slug, $"The {slug}");
        db.Newsletters.Add(like);
        await db.SaveChangesAsync();
        return like;
    }

    public async Task<KnownReader> ConfirmedSubscriber(
        string address, string? name = null, Newsletter? newsletter = null, string? language = null) =>
        await Subscriber(address, SubscriptionState.Confirmed, name, newsletter, language);

    /// <summary>Adds the readers reader1@readers.test, reader2@readers.test and so on.</summary>
    public async Task<IReadOnlyList<KnownReader>> ConfirmedSubscribers(int count, Newsletter? newsletter = null)
    {
        newsletter ??= await Newsletter();
        var ring = app.Services.GetRequiredService<KeyRing>();
        var readers = new List<KnownReader>();
        foreach (var group in Enumerable.Range(1, count).Select(number => $"reader{number}@readers.test").Chunk(1000))
        {
            await using var db = app.OpenDb();
            var subscribers = group.Select(address => Worker.Subscribers.Subscriber.New(EmailAddress.Parse(address), ring, Now)).ToList();
            db.AddRange(subscribers);
            await db.SaveChangesAsync();
            db.AddRange(subscribers.Select(subscriber => Subscription(subscriber.Id, newsletter, SubscriptionState.Confirmed)));
            await db.SaveChangesAsync();
            readers.AddRange(group.Zip(subscribers, (address, subscriber) => new KnownReader(address, subscriber.Id, newsletter.Id)));
        }
        return readers;
    }

    public async Task<KnownReader> Subscriber(
        string address, SubscriptionState state, string? name = null, Newsletter? newsletter = null, string? language = null)
    {
        newsletter ??= await Newsletter();
        var ring = app.Services.GetRequiredService<KeyRing>();
        var email = EmailAddress.Parse(address);
        var hash = ring.HashOf(email);
        await using var db = app.OpenDb();
        var subscriber = await db.Subscribers.SingleOrDefaultAsync(known => known.AddressHash == hash)
            ?? db.Add(Worker.Subscribers.Subscriber.New(email, ring, Now)).Entity;
        subscriber.Language ??= language;
        if (name is not null)
            subscriber.SealedName = ring.Seal(name, Worker.Subscribers.Subscriber.NamePurpose);
        await db.SaveChangesAsync();
        db.Add(Subscription(subscriber.Id, newsletter, state));
        await db.SaveChangesAsync();
        return new KnownReader(address, subscriber.Id, newsletter.Id);
    }

    private Subscription Subscription(long subscriberId, Newsletter newsletter, SubscriptionState state) => new()
    {
        SubscriberId = subscriberId,
        NewsletterId = newsletter.Id,
        State = state,
        CreatedAt = Now,
        ConfirmedAt = state is SubscriptionState.Confirmed ? Now : null,
        UnsubscribedAt = state is SubscriptionState.Unsubscribed ? Now : null,
    };

    public async Task Suppression(string address, SuppressionReason reason = SuppressionReason.HardBounce)
    {
        await using var db = app.OpenDb();
        db.Add(new Suppression
        {
            AddressHash = app.Services.GetRequiredService<KeyRing>().HashOf(EmailAddress.Parse(address)),
            Reason = reason,
            CreatedAt = Now
        });
        await db.SaveChangesAsync();
    }

    /// <summary>Adds an issue that is due now.</summary>
    public Task<int> IssueDueNow(string subject = "From the steppe", string body = "A road is being built.\n\nNobody has asked for it.") =>
        ScheduledIssue(Now, subject, body);

    /// <summary>Adds an issue that is due at an instant, and puts it into the slot at that instant, if there is one.</summary>
    public async Task<int> ScheduledIssue(
        DateTimeOffset at, string subject = "From the steppe", string body = "A road is being built.", Newsletter? newsletter = null)
    {
        newsletter ??= await Newsletter();
        var issue = await Draft(subject, body, newsletter);
        await using var db = app.OpenDb();
        var scheduled = await db.Issues.SingleAsync(known => known.Id == issue);
        scheduled.ScheduleFor(at);
        if (SlotRule.Parse(newsletter.Schedule, newsletter.TimeZone).Between(at.AddTicks(-1), at).Any())
            db.Add(new EditionSlot { NewsletterId = newsletter.Id, At = at, IssueId = issue });
        await db.SaveChangesAsync();
        return issue;
    }

    public async Task<int> Draft(string subject = "From the steppe", string body = "A road is being built.", Newsletter? newsletter = null)
    {
        newsletter ??= await Newsletter();
        var issue = new Issue
        {
            NewsletterId = newsletter.Id,
            Slug = $"issue-{Interlocked.Increment(ref issues)}",
            Subject = subject,
            Body = body,
            CreatedAt = Now,
            UpdatedAt = Now
        };
        await using var db = app.OpenDb();
        db.Add(issue);
        await db.SaveChangesAsync();
        db.Add(IssueRevision.Of(issue, "test"));
        await db.SaveChangesAsync();
        return issue.Id;
    }
}

internal sealed record KnownReader(string Address, long SubscriberId, int NewsletterId);
