using System.Globalization;
using Dispatch.Api.Pages.Desk;
using Dispatch.Worker.Bounces.Consequences;

namespace Dispatch.Api.Pages.Ops.Bounces;

/// <summary>The words, numbers and colors with which the page shows bounces.</summary>
public static class BounceWords
{
    public static string Time(DateTimeOffset? at) => at is { } instant ? DeskTime.Utc(instant) : "never";

    /// <summary>Formats a share with up to two decimals, such as "0.12%".</summary>
    public static string Share(double share) => share.ToString("0.##%", CultureInfo.InvariantCulture);

    /// <summary>Returns the color for a share of complaints, by the providers' limits.</summary>
    public static string Grade(double share) =>
        share >= BounceOverview.ComplaintsLimit ? "bad" : share >= BounceOverview.ComplaintsAim ? "warn" : "good";

    /// <summary>Returns the first names of a list, and how many more there are.</summary>
    public static string Some(IReadOnlyList<string> names) => names.Count <= 4 ? string.Join(", ", names)
        : $"{string.Join(", ", names.Take(3))} and {names.Count - 3:N0} more";

    public static string Effect(Bounce bounce) => bounce.UndoneAt is { } undone ? $"undone {DeskTime.Utc(undone)}" : bounce.Effect switch
    {
        BounceEffect.Counted => "counted",
        BounceEffect.Suppressed => "reader suppressed",
        BounceEffect.Unsubscribed => "reader unsubscribed and suppressed",
        BounceEffect.Unproven => "none: not proven whose it was",
        _ => "none",
    };

    public static string Proof(BounceProof proof) => proof switch
    {
        BounceProof.Token => "known by the address it came to",
        BounceProof.Returned => "known by the returned message",
        BounceProof.Ledger => "known by the ledger",
        _ => "sender unproven",
    };

    /// <summary>Whether a bounce's consequence can still be undone.</summary>
    public static bool MayBeUndone(Bounce bounce) => bounce is { UndoneAt: null, SubscriberId: not null }
        && bounce.Effect is BounceEffect.Suppressed or BounceEffect.Unsubscribed or BounceEffect.Counted;
}
