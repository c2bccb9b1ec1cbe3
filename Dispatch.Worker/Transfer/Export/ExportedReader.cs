using System.Globalization;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;

namespace Dispatch.Worker.Transfer.Export;

/// <summary>A reader to be exported, opened, with the facts about each newsletter.</summary>
internal sealed class ExportedReader
{
    public required string Address { get; init; }
    public required string? Name { get; init; }
    public required string? Language { get; init; }
    public required Dictionary<string, string> Fields { get; init; }

    /// <summary>The facts that several newsletters share, each with the slugs of these newsletters in order.</summary>
    public required IReadOnlyList<(Statement Statement, string[] Newsletters)> Statements { get; init; }

    /// <summary>The most careful status of all newsletters.</summary>
    public ReaderStatus Status => Statements.Max(one => one.Statement.Status);

    public DateTimeOffset? FirstConfirmedAt => Statements.Min(one => one.Statement.ConfirmedAt);

    /// <summary>Opens a reader. Returns null if none of the subscriptions is to be exported.</summary>
    /// <param name="row">The reader's row.</param>
    /// <param name="subscriptions">The reader's subscriptions, with the newsletters' slugs.</param>
    /// <param name="suppression">Why the reader is never mailed, or null.</param>
    /// <param name="ring">The keys.</param>
    /// <param name="only">The only status to export, or null for all.</param>
    /// <param name="now">The current time.</param>
    public static ExportedReader? Of(Subscriber row, IEnumerable<(string Slug, Subscription Subscription)> subscriptions,
        Suppression? suppression, KeyRing ring, ReaderStatus? only, DateTimeOffset now)
    {
        var statements = subscriptions.Select(one => (one.Slug, Statement: StatementOf(one.Subscription, suppression, now)))
            .Where(one => only is null || one.Statement.Status == only)
            .GroupBy(one => one.Statement, one => one.Slug)
            .Select(group => (group.Key, group.Order(StringComparer.Ordinal).ToArray()))
            .OrderBy(group => group.Item2[0], StringComparer.Ordinal).ToList();
        return statements.Count == 0 ? null : new()
        {
            Address = row.AddressFrom(ring).Normalized,
            Name = row.NameFrom(ring),
            Language = row.Language,
            Fields = row.FieldsFrom(ring),
            Statements = statements,
        };
    }

    // A suppression is exported with the day on which it began, so that an import restores it.
    private static Statement StatementOf(Subscription row, Suppression? suppression, DateTimeOffset now)
    {
        var status = suppression?.Reason switch
        {
            SuppressionReason.Complaint => ReaderStatus.Complained,
            SuppressionReason.HardBounce or SuppressionReason.SoftBounce => ReaderStatus.Bounced,
            not null => ReaderStatus.Unsubscribed,
            null => row.State switch
            {
                SubscriptionState.Pending => ReaderStatus.Pending,
                SubscriptionState.Confirmed => ReaderStatus.Confirmed,
                _ => ReaderStatus.Unsubscribed,
            },
        };
        var confirmed = status is ReaderStatus.Pending ? null : status is ReaderStatus.Confirmed ? row.ConfirmedAt ?? row.CreatedAt
            : row.ConfirmedAt;
        DateTimeOffset? left = status < ReaderStatus.Unsubscribed ? null : row.UnsubscribedAt ?? suppression?.CreatedAt ?? row.CreatedAt;
        var paused = row.PausedUntil > now ? row.PausedUntil : null;
        return new(status, Second(confirmed), row.Source, Second(row.CreatedAt), Second(left), Second(paused),
            confirmed is null ? null : row.ConsentVersion);
    }

    private static DateTimeOffset? Second(DateTimeOffset? at) => at?.AddTicks(-(at.Value.Ticks % TimeSpan.TicksPerSecond));

    /// <summary>Formats an instant.</summary>
    public static string Text(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "";

    internal sealed record Statement(ReaderStatus Status, DateTimeOffset? ConfirmedAt, string Source, DateTimeOffset? CreatedAt,
        DateTimeOffset? UnsubscribedAt, DateTimeOffset? PausedUntil, string? Consent);
}
