using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Ledger;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// What the database knows about a group of verdicts before they are recorded. It is read with a few queries for the whole group, because
/// on SQLite nobody else can write meanwhile. Whoever records a verdict adds what the next one has to know.
/// </summary>
internal sealed class KnownBefore
{
    private readonly Dictionary<long, Subscriber> readers;
    private readonly HashSet<string> keys;
    private readonly HashSet<int> issues = [];
    private readonly Dictionary<(int IssueId, long SubscriberId), DateTimeOffset> sentAt = [];
    private readonly Dictionary<long, SubscriberMail> mails;
    private readonly Dictionary<string, Suppression> suppressions;
    private readonly Dictionary<long, List<Bounce>> bounces;

    private KnownBefore(
        List<Subscriber> readers, List<byte[]> keys, List<SubscriberMail> mails, List<Suppression> suppressions, List<Bounce> bounces)
    {
        this.readers = readers.ToDictionary(reader => reader.Id);
        this.keys = keys.Select(Convert.ToHexString).ToHashSet();
        this.mails = mails.ToDictionary(mail => mail.Id);
        this.suppressions = suppressions.ToDictionary(one => Convert.ToHexString(one.AddressHash));
        this.bounces = bounces.GroupBy(bounce => bounce.SubscriberId!.Value).ToDictionary(group => group.Key, group => group.ToList());
    }

    /// <summary>Locks the verdicts' readers until the transaction ends, and reads what is known.</summary>
    public static async Task<KnownBefore> ReadAsync(DispatchDb db, IReadOnlyCollection<Judged> all, CancellationToken cancel)
    {
        var ids = Readers(all);
        await db.LockSubscribersAsync(ids, cancel);
        var readers = await db.Subscribers.AsNoTracking().Where(s => ids.Contains(s.Id)).ToListAsync(cancel);
        var allKeys = all.Select(one => one.Key).ToList();
        var keys = await db.Bounces.Where(b => allKeys.Contains(b.Key)).Select(b => b.Key).ToListAsync(cancel);
        var mailIds = all.Select(one => one.Owner?.MailId).OfType<long>().Distinct().ToList();
        var mails = mailIds.Count == 0 ? []
            : await db.SubscriberMails.AsNoTracking().Where(mail => mailIds.Contains(mail.Id)).ToListAsync(cancel);
        var hashes = readers.Select(reader => reader.AddressHash).ToList();
        var suppressions = await db.Suppressions.Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel);
        var known = new KnownBefore(readers, keys, mails, suppressions, await SoftAsync(db, all, cancel));
        foreach (var issue in all.Where(one => one.Owner?.IssueId is not null).GroupBy(one => one.Owner!.IssueId!.Value))
            await known.ReadIssueAsync(db, issue.Key, Readers(issue), cancel);
        return known;
    }

    /// <summary>Notes a report. Returns false if it has been recorded before.</summary>
    public bool TryAdd(byte[] key) => keys.Add(Convert.ToHexString(key));

    public Subscriber? Reader(long? id) => id is { } one ? readers.GetValueOrDefault(one) : null;

    /// <summary>Whether an issue has deliveries.</summary>
    public bool HasDeliveries(int issueId) => issues.Contains(issueId);

    /// <summary>When an issue was first sent to a reader, to the hour. Null if it never was.</summary>
    public DateTimeOffset? SentAt(int issueId, long readerId) => sentAt.TryGetValue((issueId, readerId), out var at) ? at : null;

    public SubscriberMail? Mail(long id) => mails.GetValueOrDefault(id);

    public Suppression? SuppressionOf(byte[] addressHash) => suppressions.GetValueOrDefault(Convert.ToHexString(addressHash));

    public void Add(Suppression suppression) => suppressions[Convert.ToHexString(suppression.AddressHash)] = suppression;

    /// <summary>
    /// A reader's bounces from issues that were not undone, without automatic replies and notices. Read only for readers with a soft bounce
    /// in the group.
    /// </summary>
    public IReadOnlyList<Bounce> Bounces(long readerId) => bounces.GetValueOrDefault(readerId) ?? [];

    public void Add(Bounce bounce)
    {
        if (bounce is not { SubscriberId: { } reader, IssueId: not null })
            return;
        if (!bounces.TryGetValue(reader, out var own))
            bounces[reader] = own = [];
        own.Add(bounce);
    }

    private async Task ReadIssueAsync(DispatchDb db, int issueId, List<long> ids, CancellationToken cancel)
    {
        var deliveries = await db.Deliveries.Where(d => d.IssueId == issueId && ids.Contains(d.SubscriberId))
            .Select(d => new { d.SubscriberId, d.FirstAttemptAt, d.UpdatedAt }).ToListAsync(cancel);
        foreach (var delivery in deliveries)
            // Rounded to the hour if the first attempt isn't known.
            sentAt[(issueId, delivery.SubscriberId)] = delivery.FirstAttemptAt ?? delivery.UpdatedAt.AddHours(-1);
        if (deliveries.Count > 0 || await db.Deliveries.AnyAsync(d => d.IssueId == issueId, cancel))
            issues.Add(issueId);
    }

    private static async Task<List<Bounce>> SoftAsync(DispatchDb db, IReadOnlyCollection<Judged> all, CancellationToken cancel)
    {
        var ids = Readers(all.Where(one => one.Verdict.Kind is BounceKind.Soft));
        return ids.Count == 0 ? []
            : await db.Bounces.AsNoTracking().Where(b => b.SubscriberId != null && ids.Contains(b.SubscriberId.Value) && b.UndoneAt == null
                && b.IssueId != null && b.Kind != BounceKind.None && b.Kind != BounceKind.AutoReply).ToListAsync(cancel);
    }

    private static List<long> Readers(IEnumerable<Judged> some) =>
        [.. some.Select(one => one.Owner?.SubscriberId).OfType<long>().Distinct().Order()];
}
