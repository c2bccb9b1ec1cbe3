namespace Dispatch.Worker.Subscribers;

/// <summary>
/// The condition for getting a newsletter's issues: the subscription is confirmed and not paused. Whether an address may be mailed at all
/// is decided by <see cref="Suppressions.MayBeMailed"/>.
/// </summary>
public static class ActiveSubscriptions
{
    /// <summary>Returns a newsletter's confirmed subscriptions, paused or not. An issue's audience is counted from them.</summary>
    public static IQueryable<Subscription> SubscribedTo(this IQueryable<Subscription> subscriptions, int newsletterId) =>
        subscriptions.Where(s => s.NewsletterId == newsletterId && s.State == SubscriptionState.Confirmed);

    /// <summary>Returns the confirmed subscriptions of one reader, paused or not.</summary>
    public static IQueryable<Subscription> SubscribedBy(this IQueryable<Subscription> subscriptions, long subscriberId) =>
        subscriptions.Where(s => s.SubscriberId == subscriberId && s.State == SubscriptionState.Confirmed);

    public static IQueryable<Subscription> NotPausedAt(this IQueryable<Subscription> subscriptions, DateTimeOffset now) =>
        subscriptions.Where(s => s.PausedUntil == null || s.PausedUntil <= now);

    /// <summary>Returns the condition of <see cref="SubscribedTo"/> as SQL.</summary>
    /// <param name="s">The alias of the subscription's row.</param>
    /// <param name="newsletter">The SQL expression for the newsletter's id.</param>
    public static string SubscribedSql(string s, string newsletter) =>
        $"""{s}."NewsletterId" = {newsletter} AND {s}."State" = 'Confirmed'""";

    /// <summary>Returns the condition of <see cref="NotPausedAt"/> as SQL.</summary>
    /// <param name="s">The alias of the subscription's row.</param>
    /// <param name="now">The SQL expression for the current time, in the database's format.</param>
    public static string NotPausedSql(string s, string now) => $"""({s}."PausedUntil" IS NULL OR {s}."PausedUntil" <= {now})""";
}
