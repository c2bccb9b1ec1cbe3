namespace Dispatch.Api.Http;

/// <summary>
/// Keeps readers out of the log at every level. ASP.NET logs paths, queries, route values and handlers' arguments below Warning, and
/// attaches each request's path as a scope to whatever is logged meanwhile; a path may hold a reader's token. No configuration rule
/// overrides this, however specific.
/// </summary>
internal static class LogDiscretion
{
    private const string Framework = "Microsoft.AspNetCore";

    // It logs only each request's path, and creates the scope when any of its levels is on.
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static IServiceCollection AddDispatchLogDiscretion(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        var rules = filters.Rules.ToList();
        filters.Rules.Clear();
        filters.Rules.Add(Held(new LoggerFilterRule(null, null, filters.MinLevel, null))); // for everything that no other rule covers
        foreach (var rule in rules)
            filters.Rules.Add(Held(rule));
    });

    private static LoggerFilterRule Held(LoggerFilterRule rule) => new(rule.ProviderName, rule.CategoryName, rule.LogLevel,
        (provider, category, level) =>
        IsDiscreet(category, level) && rule.Filter?.Invoke(provider, category, level) is not false);

    private static bool IsDiscreet(string? category, LogLevel level) => category is null
        || !category.StartsWith(Framework, StringComparison.Ordinal)
        || (level >= LogLevel.Warning && category != Requests);
}
