using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Import.Staging;

namespace Dispatch.Worker.Transfer.Import;

/// <summary>
/// Decides what a chunk changes. If the file and the database disagree, the more careful status counts: complained, bounced, unsubscribed,
/// confirmed, pending, in this order. So nobody who left, bounced or complained comes back. Erased readers are not imported at all, and
/// what a reader told us before, such as a name, is never replaced.
/// </summary>
/// <param name="ring">The keys to seal new values with.</param>
/// <param name="asks">Whether pending readers are asked to confirm.</param>
/// <param name="actor">Who imports.</param>
/// <param name="now">The current time.</param>
internal sealed class ChunkPlan(KeyRing ring, bool asks, Actor actor, DateTimeOffset now)
{
    private readonly DateTimeOffset today = RoundedInstants.DayOf(now);

    public ImportCounts Counts { get; } = new();
    public List<Subscriber> NewSubscribers { get; } = [];

    /// <summary>The new subscriptions, of new and known readers.</summary>
    public List<(Subscriber Reader, Subscription Subscription)> NewSubscriptions { get; } = [];
    public List<Suppression> NewSuppressions { get; } = [];
    public List<AuditEntry> Audit { get; } = [];

    /// <summary>The readers to ask for a confirmation, each with the newsletters.</summary>
    public List<(Subscriber Reader, int[] Newsletters)> ToAsk { get; } = [];

    /// <summary>Called with each stored entity before it is changed.</summary>
    public Action<object>? Changes { get; init; }

    /// <summary>Called with each reader and a consequence, such as <c>new</c>.</summary>
    public Action<string, StagedReader>? Shows { get; init; }

    public void Take(StagedReader reader, StoredReader? known)
    {
        if (known?.Suppression?.Reason is SuppressionReason.Erased)
        {
            Counts.Erased++;
            Shows?.Invoke("erased at their own request, and not imported", reader);
            return;
        }
        var strongest = reader.Statements.Max(statement => statement.Status);
        var isNew = known?.Subscriber is null;
        var (added, updated) = (isNew, Suppress(reader, known, strongest));
        var subscriber = known?.Subscriber ?? SubscriberOf(reader);
        if (isNew)
            NewSubscribers.Add(subscriber);
        else
            updated |= Complete(subscriber, reader);
        var (after, pending) = (ReaderStatus.Pending, (List<int>?)null);
        foreach (var statement in reader.Statements)
        {
            var subscription = known?.Subscriptions.Find(other => other.NewsletterId == statement.NewsletterId);
            if (subscription is null)
            {
                subscription = SubscriptionOf(statement);
                NewSubscriptions.Add((subscriber, subscription));
                added = true;
            }
            else
                updated |= Change(subscription, statement);
            after = Greater(after, StatusOf(subscription.State));
            if (subscription.State is SubscriptionState.Pending)
                (pending ??= []).Add(statement.NewsletterId);
        }
        after = Greater(after, StatusOf(known?.Suppression?.Reason), strongest >= ReaderStatus.Bounced ? strongest : after);
        Counts.CountStatus(after);
        _ = added ? Counts.Added++ : updated ? Counts.Updated++ : Counts.Unchanged++;
        if (pending is not null)
            Ask(subscriber, known, after, pending);
        Tell(reader, after, strongest, added, updated);
    }

    /// <summary>Seals a reader's data in advance, on any thread. <see cref="Take"/> seals whatever has not been sealed by then.</summary>
    public void Seal(StagedReader reader) => reader.Row = RowOf(reader);

    private Subscriber SubscriberOf(StagedReader reader) => reader.Row ?? (Shows is null ? RowOf(reader) : Unsealed);

    // A dry run writes nothing.
    private static Subscriber Unsealed => new() { AddressHash = [], SealedAddress = [] };

    private Subscriber RowOf(StagedReader reader) => new()
    {
        AddressHash = reader.Hash,
        SealedAddress = ring.Seal(reader.Address, Subscriber.AddressPurpose),
        SealedName = reader.Name is null ? null : ring.Seal(reader.Name, Subscriber.NamePurpose),
        SealedFields = Subscriber.SealFields(reader.Fields, ring),
        Language = reader.Language,
        CreatedAt = RoundedInstants.DayOf(reader.Statements.Min(statement => statement.CreatedAt) ?? today),
    };

    // Adds what is missing, and replaces nothing.
    private bool Complete(Subscriber subscriber, StagedReader reader)
    {
        var name = subscriber.SealedName is null ? reader.Name : null;
        var language = subscriber.Language is null ? reader.Language : null;
        var fields = FieldsWith(reader.Fields, subscriber);
        if (name is null && language is null && fields is null)
            return false;
        Changes?.Invoke(subscriber);
        if (name is not null)
            subscriber.SealedName = ring.Seal(name, Subscriber.NamePurpose);
        if (language is not null)
            subscriber.Language = language;
        if (fields is not null)
            subscriber.SealedFields = Subscriber.SealFields(fields, ring);
        return true;
    }

    // Returns all fields, or null if the file adds none.
    private Dictionary<string, string>? FieldsWith(Dictionary<string, string>? said, Subscriber subscriber)
    {
        if (said is null)
            return null;
        var fields = subscriber.FieldsFrom(ring);
        var before = fields.Count;
        foreach (var (name, value) in said)
            fields.TryAdd(name, value);
        return fields.Count > before ? fields : null;
    }

    private Subscription SubscriptionOf(StagedStatement statement) => new()
    {
        NewsletterId = statement.NewsletterId,
        State = StateOf(statement.Status),
        Source = statement.Source,
        CreatedAt = statement.CreatedAt ?? today,
        ConfirmedAt = statement.ConfirmedAt,
        ConsentVersion = statement.Consent,
        UnsubscribedAt = statement.Status >= ReaderStatus.Unsubscribed ? statement.UnsubscribedAt ?? today : null,
        PausedUntil = statement.PausedUntil > now ? statement.PausedUntil : null,
    };

    private bool Change(Subscription subscription, StagedStatement statement)
    {
        switch (subscription.State, StateOf(statement.Status))
        {
            case (SubscriptionState.Pending, SubscriptionState.Confirmed):
                Changes?.Invoke(subscription);
                subscription.State = SubscriptionState.Confirmed;
                (subscription.ConfirmedAt, subscription.ConsentVersion) = (statement.ConfirmedAt, statement.Consent);
                subscription.Source = statement.Source;
                return Noted(subscription, "subscription.confirmed");
            case (SubscriptionState.Confirmed, SubscriptionState.Confirmed)
                when subscription.ConsentVersion is null && statement.ConfirmedAt < subscription.ConfirmedAt:
                Changes?.Invoke(subscription);
                (subscription.ConfirmedAt, subscription.ConsentVersion) = (statement.ConfirmedAt, statement.Consent);
                return true;
            case (not SubscriptionState.Unsubscribed, SubscriptionState.Unsubscribed):
                Changes?.Invoke(subscription);
                subscription.State = SubscriptionState.Unsubscribed;
                (subscription.UnsubscribedAt, subscription.SaidWhy) = (statement.UnsubscribedAt ?? today, false);
                return Noted(subscription, "subscription.ended");
            default:
                return false;
        }
    }

    private bool Noted(Subscription subscription, string action)
    {
        Audit.Add(actor.Did(action, AuditTarget.Subscriber(subscription.SubscriberId), now,
            $"{AuditTarget.Newsletter(subscription.NewsletterId)}, import"));
        return true;
    }

    // A bounce or complaint concerns the address, so it applies to every newsletter. A complaint replaces a bounce.
    private bool Suppress(StagedReader reader, StoredReader? known, ReaderStatus strongest)
    {
        if (strongest < ReaderStatus.Bounced)
            return false;
        var reason = strongest is ReaderStatus.Complained ? SuppressionReason.Complaint : SuppressionReason.HardBounce;
        if (known?.Suppression is { } suppression)
        {
            if (reason is not SuppressionReason.Complaint
                || suppression.Reason is not (SuppressionReason.HardBounce or SuppressionReason.SoftBounce))
                return false;
            Changes?.Invoke(suppression);
            suppression.Reason = reason;
            return true;
        }
        NewSuppressions.Add(new()
        {
            AddressHash = reader.Hash,
            Reason = reason,
            CreatedAt = reader.Statements.Max(statement => statement.UnsubscribedAt) ?? today,
        });
        return true;
    }

    private void Ask(Subscriber reader, StoredReader? known, ReaderStatus after, List<int> pending)
    {
        if (after is not ReaderStatus.Pending || known?.IsAsked is true || known?.Suppression is not null)
            return;
        if (!asks)
        {
            Counts.NotAsked++;
            return;
        }
        Counts.Asked++;
        ToAsk.Add((reader, [.. pending]));
    }

    private void Tell(StagedReader reader, ReaderStatus after, ReaderStatus said, bool added, bool updated)
    {
        if (after is ReaderStatus.Unsubscribed && said < ReaderStatus.Unsubscribed)
            Counts.KeptUnsubscribed++;
        if (after is ReaderStatus.Bounced && said < ReaderStatus.Bounced)
            Counts.KeptBounced++;
        if (after is ReaderStatus.Complained && said < ReaderStatus.Complained)
            Counts.KeptComplained++;
        if (after is ReaderStatus.Confirmed && reader.Statements.Any(statement => statement.WithoutProof))
        {
            Counts.WithoutProof++;
            Shows?.Invoke("confirmed, without proof of opt-in in the file", reader);
        }
        Shows?.Invoke(after > said ? $"kept as {StatusWords.Of(after)}, whatever the file says"
            : $"{(added ? "new" : updated ? "changed" : "known")}, {StatusWords.Of(after)}", reader);
    }

    private static SubscriptionState StateOf(ReaderStatus status) => status switch
    {
        ReaderStatus.Pending => SubscriptionState.Pending,
        ReaderStatus.Confirmed => SubscriptionState.Confirmed,
        _ => SubscriptionState.Unsubscribed,
    };

    private static ReaderStatus StatusOf(SubscriptionState state) => state switch
    {
        SubscriptionState.Pending => ReaderStatus.Pending,
        SubscriptionState.Confirmed => ReaderStatus.Confirmed,
        _ => ReaderStatus.Unsubscribed,
    };

    private static ReaderStatus StatusOf(SuppressionReason? reason) => reason switch
    {
        SuppressionReason.HardBounce or SuppressionReason.SoftBounce => ReaderStatus.Bounced,
        SuppressionReason.Complaint => ReaderStatus.Complained,
        SuppressionReason.Manual => ReaderStatus.Unsubscribed,
        _ => ReaderStatus.Pending,
    };

    private static ReaderStatus Greater(params ReadOnlySpan<ReaderStatus> statuses)
    {
        var most = ReaderStatus.Pending;
        foreach (var status in statuses)
            most = status > most ? status : most;
        return most;
    }
}
