using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Mailing;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Providers;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Subscribers.Confirmations;
using Dispatch.Worker.Subscribers.Mails;
using Dispatch.Worker.Suppressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Bounces.Consequences;

/// <summary>
/// Records a verdict and its consequence, in one transaction:
/// <list type="bullet">
/// <item>hard: the reader's address is suppressed;</item>
/// <item>soft: it is suppressed once the row of soft bounces is long enough (<see cref="SoftRow"/>);</item>
/// <item>complaint: the reader is unsubscribed from everything, and the address is suppressed;</item>
/// <item>policy: nobody is suppressed; the page for ops tells of it, and the issue pauses if there are too many.</item>
/// </list>
/// A report has one effect, however often it arrives. It has none if nothing proves whose message it was, or if the message went to an
/// address that the reader has since changed.
/// </summary>
public sealed class Recording(
    DispatchDb db, KeyRing ring, ProviderTable providers, ProviderHolds holds, IOptions<BounceSettings> settings, TimeProvider clock)
{
    /// <summary>How many verdicts are recorded in one transaction. On SQLite, nobody else can write meanwhile.</summary>
    public const int GroupSize = 50;

    /// <summary>Records a verdict unless it has been recorded before.</summary>
    public async Task RecordAsync(Judged judged, CancellationToken cancel)
    {
        try
        {
            await TryRecordAllAsync([judged], cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // At the same instant, another process recorded the same report or suppressed the address.
            await TryRecordAllAsync([judged], cancel);
        }
    }

    /// <summary>Records several verdicts in one transaction, or each in its own if that fails.</summary>
    public async Task RecordAllAsync(IReadOnlyList<Judged> all, CancellationToken cancel)
    {
        try
        {
            await TryRecordAllAsync(all, cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            foreach (var judged in all)
                await RecordAsync(judged, cancel);
        }
    }

    private async Task TryRecordAllAsync(IReadOnlyList<Judged> all, CancellationToken cancel)
    {
        var recorded = new List<Bounce>();
        await using (var transaction = await db.Database.BeginTransactionAsync(cancel))
        {
            db.ChangeTracker.Clear();
            var known = await KnownBefore.ReadAsync(db, all, cancel);
            foreach (var judged in all)
                if (known.TryAdd(judged.Key))
                    recorded.Add(await RecordAsync(judged, known, cancel));
            await db.SaveChangesAsync(cancel);
            await transaction.CommitAsync(cancel);
        }
        foreach (var bounce in recorded)
            if (bounce is { Kind: BounceKind.Policy, Source: BounceSource.Report, Proof: not BounceProof.None })
                await TellOfRefusalAsync(bounce, cancel);
    }

    private async Task<Bounce> RecordAsync(Judged judged, KnownBefore known, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var reader = known.Reader(judged.Owner?.SubscriberId);
        var bounce = new Bounce
        {
            Key = judged.Key,
            At = now,
            Source = judged.Source,
            Kind = judged.Verdict.Kind,
            EnhancedCode = judged.Verdict.EnhancedCode,
            Reason = judged.Verdict.Reason,
            Rule = judged.Verdict.Rule,
            Part = judged.Part,
            Proof = judged.Owner?.Proof ?? BounceProof.None,
            Provider = Provider(reader),
            IssueId = judged.Owner?.IssueId is { } issueId && known.HasDeliveries(issueId) ? issueId : null,
            // Nobody needs to know when a reader was away.
            SubscriberId = judged.Verdict.Kind is BounceKind.AutoReply or BounceKind.None ? null : reader?.Id,
            MailId = judged.Owner?.MailId,
        };
        db.Bounces.Add(bounce);
        bounce.Effect = judged.Owner is null ? BounceEffect.Unproven
            : reader is null ? BounceEffect.None : await EffectAsync(bounce, reader, judged.Addresses, known, cancel);
        if (reader is not null && bounce.Kind is not BounceKind.None and not BounceKind.AutoReply)
            db.Audit.Add(Actor.Worker.Did($"bounce.{Verdict.Word(bounce.Kind)}", AuditTarget.Subscriber(reader.Id), now, Detail(bounce)));
        known.Add(bounce);
        return bounce;
    }

    // After the commit. A crash here may leave one report out of the totals that pause an issue.
    private async Task TellOfRefusalAsync(Bounce bounce, CancellationToken cancel)
    {
        if (bounce.IssueId is { } issueId && bounce.SubscriberId is { } readerId)
            await holds.ReportedAsync(issueId, bounce.Provider, new(ReplyKind.Permanent, 0, bounce.EnhancedCode, bounce.Reason), readerId,
                since => db.Bounces.Where(b => b.IssueId == issueId && b.Provider == bounce.Provider && b.Kind == BounceKind.Policy
                    && b.Source == BounceSource.Report && b.Proof != BounceProof.None && b.UndoneAt == null && b.SubscriberId != null
                    && (since == null || b.At > since)).Select(b => b.SubscriberId!.Value).Distinct().ToListAsync(cancel));
    }

    private async Task<BounceEffect> EffectAsync(
        Bounce bounce, Subscriber reader, IReadOnlyList<string> addresses, KnownBefore known, CancellationToken cancel)
    {
        if (bounce.Kind is not (BounceKind.Hard or BounceKind.Soft or BounceKind.Complaint))
            return BounceEffect.None;
        if (!await WentToAsync(reader, bounce, addresses, known, cancel))
            return BounceEffect.Unproven;
        switch (bounce.Kind)
        {
            case BounceKind.Complaint:
                await UnsubscribeAsync(reader.Id, bounce.At, cancel);
                Suppress(reader, SuppressionReason.Complaint, known, bounce.At);
                return BounceEffect.Unsubscribed;
            case BounceKind.Soft:
                return await new SoftRow(db, settings.Value).IsLongEnoughAsync(bounce, known.Bounces(reader.Id), cancel)
                    && Suppress(reader, SuppressionReason.SoftBounce, known, bounce.At) ? BounceEffect.Suppressed : BounceEffect.Counted;
            default:
                return Suppress(reader, SuppressionReason.HardBounce, known, bounce.At) ? BounceEffect.Suppressed : BounceEffect.None;
        }
    }

    private bool Suppress(Subscriber reader, SuppressionReason reason, KnownBefore known, DateTimeOffset now)
    {
        var before = known.SuppressionOf(reader.AddressHash);
        if (!db.Suppress(reader.AddressHash, before, reason, now, out var suppression))
            return false;
        known.Add(suppression);
        return true;
    }

    // Whether the message went to the reader's current address. A report may name another address, to which the reader forwards mail.
    private async Task<bool> WentToAsync(
        Subscriber reader, Bounce bounce, IReadOnlyList<string> addresses, KnownBefore known, CancellationToken cancel)
    {
        DateTimeOffset sentAt;
        if (bounce.MailId is { } mailId)
        {
            if (known.Mail(mailId) is not { } mail || mail.SubscriberId != reader.Id || mail.Kind is SubscriberMailKind.AddressCheck
                or SubscriberMailKind.AddressChanged)
                return false;
            sentAt = mail.CreatedAt;
        }
        else if (bounce.IssueId is { } issueId && known.SentAt(issueId, reader.Id) is { } first)
            sentAt = first;
        else
            return false;
        if (addresses.Any(address => EmailAddress.TryParse(address, out var email, out _)
            && ring.HashOf(email).AsSpan().SequenceEqual(reader.AddressHash)))
            return true;
        var target = AuditTarget.Subscriber(reader.Id).Name;
        return !await db.Audit.AnyAsync(entry => entry.Target == target && entry.Action == "address.changed" && entry.At >= sentAt, cancel);
    }

    private async Task UnsubscribeAsync(long readerId, DateTimeOffset now, CancellationToken cancel)
    {
        var subscriptions = await db.Subscriptions
            .Where(s => s.SubscriberId == readerId && s.State != SubscriptionState.Unsubscribed).ToListAsync(cancel);
        foreach (var subscription in subscriptions)
            if (subscription.Unsubscribe(now))
                db.Audit.Add(Actor.Worker.Did("subscription.ended", AuditTarget.Subscriber(readerId), now,
                    $"{AuditTarget.Newsletter(subscription.NewsletterId)}, complaint"));
        await db.WithdrawAsync(readerId, [.. subscriptions.Select(s => s.NewsletterId)], cancel);
    }

    private string Provider(Subscriber? reader)
    {
        try
        {
            return reader is null ? MailProvider.Other : providers.NameOf(reader.AddressFrom(ring).AsciiDomain);
        }
        catch (Exception fault) when (fault is KeyRingException or FormatException)
        {
            return MailProvider.Other;
        }
    }

    private static string Detail(Bounce bounce) => string.Join(", ", new[]
    {
        bounce.EnhancedCode, bounce.Reason, bounce.IssueId is { } issue ? AuditTarget.Issue(issue).Name : null,
        bounce.Effect is BounceEffect.None ? null : bounce.Effect.ToString().ToLowerInvariant(),
    }.OfType<string>());
}
