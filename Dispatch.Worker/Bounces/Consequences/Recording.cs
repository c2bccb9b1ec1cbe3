using Dispatch.Worker.Addresses;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Bounces.Verdicts;
using Dispatch.Worker.Database;
using Dispatch.Worker.Deliveries.Decisions;
using Dispatch.Worker.Deliveries.Ledger;
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
/// Records a verdict and does what follows from it, in one transaction:
/// <list type="bullet">
/// <item>hard: the reader's address is suppressed;</item>
/// <item>soft: it is suppressed once the row of soft bounces is long enough (<see cref="SoftRow"/>);</item>
/// <item>complaint: the reader is unsubscribed from everything, and the address is suppressed;</item>
/// <item>policy: nobody is suppressed; the page for ops tells of it, and the issue pauses if there are too many.</item>
/// </list>
/// The same report has one effect, however often it comes. It has none if nothing proves whose message it was, or if the message went to an
/// address that the reader has left since.
/// </summary>
public sealed class Recording(
    DispatchDb db, KeyRing ring, ProviderTable providers, ProviderHolds holds, IOptions<BounceSettings> settings, TimeProvider clock)
{
    /// <summary>Records a verdict, unless it was recorded before.</summary>
    public async Task RecordAsync(Judged judged, CancellationToken cancel)
    {
        try
        {
            await TryRecordAllAsync([judged], cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // Another process recorded the same report, or somebody suppressed the address, at the same instant.
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
            foreach (var judged in all.OrderBy(one => one.Owner?.SubscriberId)) // in the same order everywhere, so none blocks another
                if (await RecordWithinAsync(judged, cancel) is { } bounce)
                    recorded.Add(bounce);
            await transaction.CommitAsync(cancel);
        }
        foreach (var bounce in recorded)
            if (bounce is { Kind: BounceKind.Policy, Source: BounceSource.Report, Proof: not BounceProof.None })
                await TellOfRefusalAsync(bounce, cancel);
    }

    private async Task<Bounce?> RecordWithinAsync(Judged judged, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        db.ChangeTracker.Clear();
        var reader = judged.Owner?.SubscriberId is { } id && await db.LockSubscriberAsync(id, cancel)
            ? await db.Subscribers.AsNoTracking().SingleAsync(s => s.Id == id, cancel) : null;
        if (await db.Bounces.AnyAsync(bounce => bounce.Key == judged.Key, cancel))
            return null;
        var issueId = judged.Owner?.IssueId is { } issue && await db.Deliveries.AnyAsync(d => d.IssueId == issue, cancel) ? issue
            : (int?)null;
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
            IssueId = issueId,
            // When a reader was away is nobody's business.
            SubscriberId = judged.Verdict.Kind is BounceKind.AutoReply or BounceKind.None ? null : reader?.Id,
            MailId = judged.Owner?.MailId,
        };
        db.Bounces.Add(bounce);
        bounce.Effect = judged.Owner is null ? BounceEffect.Unproven
            : reader is null ? BounceEffect.None : await EffectAsync(bounce, reader, judged.Addresses, now, cancel);
        if (reader is not null && bounce.Kind is not BounceKind.None and not BounceKind.AutoReply)
            db.Audit.Add(Actor.Worker.Did($"bounce.{Verdict.Word(bounce.Kind)}", AuditTarget.Subscriber(reader.Id), now, Detail(bounce)));
        await db.SaveChangesAsync(cancel);
        return bounce;
    }

    // After the commit: a crash here may leave one report out of the sums that pause an issue.
    private async Task TellOfRefusalAsync(Bounce bounce, CancellationToken cancel)
    {
        if (bounce.IssueId is { } issueId && bounce.SubscriberId is { } readerId)
            await holds.ReportedAsync(issueId, bounce.Provider, new(ReplyKind.Permanent, 0, bounce.EnhancedCode, bounce.Reason), readerId,
                since => db.Bounces.Where(b => b.IssueId == issueId && b.Provider == bounce.Provider && b.Kind == BounceKind.Policy
                    && b.Source == BounceSource.Report && b.Proof != BounceProof.None && b.UndoneAt == null && b.SubscriberId != null
                    && (since == null || b.At > since)).Select(b => b.SubscriberId!.Value).Distinct().ToListAsync(cancel));
    }

    private async Task<BounceEffect> EffectAsync(
        Bounce bounce, Subscriber reader, IReadOnlyList<string> addresses, DateTimeOffset now, CancellationToken cancel)
    {
        if (bounce.Kind is not (BounceKind.Hard or BounceKind.Soft or BounceKind.Complaint))
            return BounceEffect.None;
        if (!await WentToAsync(reader, bounce, addresses, cancel))
            return BounceEffect.Unproven;
        switch (bounce.Kind)
        {
            case BounceKind.Complaint:
                await UnsubscribeAsync(reader.Id, now, cancel);
                await db.SuppressAsync(reader.AddressHash, SuppressionReason.Complaint, now, cancel);
                return BounceEffect.Unsubscribed;
            case BounceKind.Soft:
                if (!await new SoftRow(db, settings.Value).IsLongEnoughAsync(bounce, now, cancel))
                    return BounceEffect.Counted;
                return await db.SuppressAsync(reader.AddressHash, SuppressionReason.SoftBounce, now, cancel)
                    ? BounceEffect.Suppressed : BounceEffect.Counted;
            default:
                return await db.SuppressAsync(reader.AddressHash, SuppressionReason.HardBounce, now, cancel)
                    ? BounceEffect.Suppressed : BounceEffect.None;
        }
    }

    // Whether the message went to the address that the reader has now. A report may name another address, to which the reader forwards.
    private async Task<bool> WentToAsync(Subscriber reader, Bounce bounce, IReadOnlyList<string> addresses, CancellationToken cancel)
    {
        DateTimeOffset sentAt;
        if (bounce.MailId is { } mailId)
        {
            var mail = await db.SubscriberMails.AsNoTracking().SingleOrDefaultAsync(one => one.Id == mailId, cancel);
            if (mail is null || mail.SubscriberId != reader.Id || mail.Kind is SubscriberMailKind.AddressCheck
                or SubscriberMailKind.AddressChanged)
                return false;
            sentAt = mail.CreatedAt;
        }
        else if (bounce.IssueId is { } issueId)
        {
            if (await db.Deliveries.AsNoTracking().SingleOrDefaultAsync(d => d.IssueId == issueId && d.SubscriberId == reader.Id, cancel)
                is not { } delivery)
                return false;
            sentAt = delivery.FirstAttemptAt ?? delivery.UpdatedAt.AddHours(-1); // rounded to the hour
        }
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
