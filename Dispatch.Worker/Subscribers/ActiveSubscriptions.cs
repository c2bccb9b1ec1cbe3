namespace Dispatch.Worker.Subscribers;

/// <summary>
/// The one rule for who gets a newsletter's issues: whoever is subscribed, which means confirmed, and has not paused. A pause ends at its
/// set time, whether or not the sweep has cleared it yet. Whether the address may be mailed is another rule: see
/// <see cref="Suppressions.MayBeMailed"/>.
/// </summary>
public static class ActiveSubscriptions
{
    /// <summary>A newsletter's subscribers, paused or not: the audience that an issue is counted against.</summary>
    public static IQueryable<Subscription> SubscribedTo(this IQueryable<Subscription> subscriptions, int newsletterId) =>
        subscriptions.Where(s => s.NewsletterId == newsletterId && s.State == SubscriptionState.Confirmed);

    /// <summary>What one reader is subscribed to, paused or not.</summary>
    public static IQueryable<Subscription> SubscribedBy(this IQueryable<Subscription> subscriptions, long subscriberId) =>
        subscriptions.Where(s => s.SubscriberId == subscriberId && s.State == SubscriptionState.Confirmed);

    public static IQueryable<Subscription> NotPausedAt(this IQueryable<Subscription> subscriptions, DateTimeOffset now) =>
        subscriptions.Where(s => s.PausedUntil == null || s.PausedUntil <= now);

    /// <summary><see cref="SubscribedTo"/> as SQL.</summary>
    /// <param name="s">The alias of the subscription's row.</param>
    /// <param name="newsletter">The expression that gives the newsletter's id.</param>
    public static string SubscribedSql(string s, string newsletter) =>
        $"""{s}."NewsletterId" = {newsletter} AND {s}."State" = 'Confirmed'""";

    /// <summary><see cref="NotPausedAt"/> as SQL.</summary>
    /// <param name="s">The alias of the subscription's row.</param>
    /// <param name="now">The expression that gives the current time, as stored.</param>
    public static string NotPausedSql(string s, string now) => $"""({s}."PausedUntil" IS NULL OR {s}."PausedUntil" <= {now})""";
}
