using Dispatch.Worker.Database;
using Dispatch.Worker.Issues;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers.Choices;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Mails;

/// <summary>
/// The facts that a group of messages to individual readers depends on, read in a few queries. They can change at any time, so they are
/// read again if a message has to wait.
/// </summary>
public sealed class SubscriberMailFacts
{
    private readonly Dictionary<long, Subscriber> subscribers;
    private readonly Dictionary<long, Confirmation> confirmations;
    private readonly Dictionary<long, OneTimeLink> links;
    private readonly ILookup<long, Subscription> subscriptions;
    private readonly SuppressedAddresses suppressed;
    private readonly Dictionary<int, PastIssue> lastIssues;

    private SubscriberMailFacts(
        IReadOnlyList<SubscriberMail> mails, IReadOnlyList<Newsletter> newsletters, Dictionary<long, Subscriber> subscribers,
        Dictionary<long, Confirmation> confirmations, Dictionary<long, OneTimeLink> links, ILookup<long, Subscription> subscriptions,
        SuppressedAddresses suppressed, Dictionary<int, PastIssue> lastIssues)
    {
        (Mails, Newsletters, this.subscribers, this.confirmations) = (mails, newsletters, subscribers, confirmations);
        (this.links, this.subscriptions, this.suppressed, this.lastIssues) = (links, subscriptions, suppressed, lastIssues);
    }

    /// <summary>The messages that are still waiting, except those to erased readers.</summary>
    public IReadOnlyList<SubscriberMail> Mails { get; }

    /// <summary>All newsletters, oldest first.</summary>
    public IReadOnlyList<Newsletter> Newsletters { get; }

    /// <summary>Reads the facts about messages.</summary>
    /// <param name="db">The database.</param>
    /// <param name="newsletters">All newsletters, oldest first. They are read again if another process has just added one.</param>
    /// <param name="mailIds">The messages.</param>
    /// <param name="ring">The keys to their addresses.</param>
    /// <param name="cancel">Cancels the operation.</param>
    public static async Task<SubscriberMailFacts> ReadAsync(DispatchDb db, IReadOnlyList<Newsletter> newsletters,
        IReadOnlyCollection<long> mailIds, KeyRing ring, CancellationToken cancel)
    {
        var mails = await db.SubscriberMails.AsNoTracking()
            .Where(mail => mailIds.Contains(mail.Id) && mail.State == SubscriberMailState.Waiting).ToListAsync(cancel);
        var ids = mails.Select(mail => mail.SubscriberId).Distinct().ToList();
        var subscribers = await db.Subscribers.AsNoTracking().Where(s => ids.Contains(s.Id)).ToDictionaryAsync(s => s.Id, cancel);
        mails.RemoveAll(mail => !subscribers.ContainsKey(mail.SubscriberId));
        var subscriptions = await db.Subscriptions.AsNoTracking().Where(s => ids.Contains(s.SubscriberId)).ToListAsync(cancel);
        var confirmations = await ConfirmationsAsync(db, mails, cancel);
        var named = confirmations.Values.SelectMany(confirmation => confirmation.NewsletterIds)
            .Concat(subscriptions.Select(subscription => subscription.NewsletterId));
        if (named.Except(newsletters.Select(newsletter => newsletter.Id)).Any())
            newsletters = await new NewsletterDirectory(db).AllAsync(cancel);
        return new SubscriberMailFacts(mails, newsletters, subscribers, confirmations, await LinksAsync(db, mails, cancel),
            subscriptions.ToLookup(subscription => subscription.SubscriberId),
            await db.SuppressedAmongAsync(HashesOf(mails, subscribers, ring), cancel), await LastIssuesAsync(db, mails, cancel));
    }

    public Subscriber SubscriberOf(SubscriberMail mail) => subscribers[mail.SubscriberId];

    public IEnumerable<Subscription> SubscriptionsOf(SubscriberMail mail) => subscriptions[mail.SubscriberId];

    /// <summary>Returns the newsletters that the reader gets, oldest first.</summary>
    public List<Newsletter> SubscribedBy(SubscriberMail mail)
    {
        var mine = SubscriptionsOf(mail).Where(s => s.State is SubscriptionState.Confirmed).Select(s => s.NewsletterId).ToHashSet();
        return [.. Newsletters.Where(newsletter => mine.Contains(newsletter.Id))];
    }

    public Confirmation? ConfirmationOf(SubscriberMail mail) =>
        mail.ConfirmationId is { } id ? confirmations.GetValueOrDefault(id) : null;

    public OneTimeLink? LinkOf(SubscriberMail mail) => mail.OneTimeLinkId is { } id ? links.GetValueOrDefault(id) : null;

    /// <summary>Returns a newsletter's latest issue in the archive, or null if there is none.</summary>
    public PastIssue? LastIssueOf(Newsletter newsletter) => lastIssues.GetValueOrDefault(newsletter.Id);

    /// <summary>Returns whether the message may be sent to its address (<see cref="Suppressions.MayBeMailed"/>).</summary>
    public bool MayBeMailed(SubscriberMail mail, KeyRing ring) =>
        suppressed.MayBeMailed(mail.AddressHashFrom(SubscriberOf(mail), ring), mail.Asks);

    private static List<byte[]> HashesOf(List<SubscriberMail> mails, Dictionary<long, Subscriber> subscribers, KeyRing ring)
    {
        var hashes = new List<byte[]>(mails.Count);
        foreach (var mail in mails)
            try
            {
                hashes.Add(mail.AddressHashFrom(subscribers[mail.SubscriberId], ring));
            }
            catch (KeyRingException)
            {
                // The key to this address is missing in this process, so another process has to write the message.
            }
        return hashes;
    }

    private static async Task<Dictionary<long, Confirmation>> ConfirmationsAsync(
        DispatchDb db, List<SubscriberMail> mails, CancellationToken cancel) =>
        mails.Select(mail => mail.ConfirmationId).OfType<long>().Distinct().ToList() is { Count: > 0 } ids
            ? await db.Confirmations.AsNoTracking().Where(c => ids.Contains(c.Id)).ToDictionaryAsync(c => c.Id, cancel) : [];

    private static async Task<Dictionary<long, OneTimeLink>> LinksAsync(
        DispatchDb db, List<SubscriberMail> mails, CancellationToken cancel) =>
        mails.Select(mail => mail.OneTimeLinkId).OfType<long>().Distinct().ToList() is { Count: > 0 } ids
            ? await db.OneTimeLinks.AsNoTracking().Where(link => ids.Contains(link.Id)).ToDictionaryAsync(link => link.Id, cancel) : [];

    // Only welcomes mention the last issue.
    private static async Task<Dictionary<int, PastIssue>> LastIssuesAsync(
        DispatchDb db, List<SubscriberMail> mails, CancellationToken cancel) =>
        mails.TrueForAll(mail => mail.Kind is not SubscriberMailKind.Welcome) ? [] : await db.Issues.AsNoTracking()
            .Where(issue => issue.SendStartedAt != null && issue.Archived).GroupBy(issue => issue.NewsletterId)
            .Select(group => group.OrderByDescending(issue => issue.SendStartedAt)
                .Select(issue => new PastIssue(issue.NewsletterId, issue.Slug, issue.Subject)).First())
            .ToDictionaryAsync(issue => issue.NewsletterId, cancel);
}

/// <summary>An issue in the archive.</summary>
public sealed record PastIssue(int NewsletterId, string Slug, string Subject);
