namespace Dispatch.Api.Http;

/// <summary>
/// Keeps readers' data out of the log at every level. Below Warning, ASP.NET logs paths, queries, route values and handlers' arguments. It
/// also attaches each request's path to all log entries of the request, as a scope, and a path may contain a reader's token. No
/// configuration rule overrides this class, however specific the rule.
/// </summary>
internal static class LogDiscretion
{
    private const string Framework = "Microsoft.AspNetCore";

    // This category logs only each request's path, and creates the scope when any of its levels is enabled.
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static IServiceCollection AddDispatchLogDiscretion(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        var rules = filters.Rules.ToList();
        filters.Rules.Clear();
        filters.Rules.Add(Held(new LoggerFilterRule(null, null, filters.MinLevel, null))); // for categories that no other rule covers
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
