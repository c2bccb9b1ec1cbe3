namespace Dispatch.Api.Http;

/// <summary>
/// Keeps readers' data out of the log. Below Warning, ASP.NET logs paths, route values and arguments, and attaches the path to all entries
/// of a request, although it may contain a reader's token. No configuration rule overrides this class.
/// </summary>
internal static class LogDiscretion
{
    private const string Framework = "Microsoft.AspNetCore";

    // This category logs only each request's path. If any of its levels is enabled, it also attaches the path to other entries.
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static IServiceCollection AddDispatchLogDiscretion(this IServiceCollection services) =>
        services.PostConfigure<LoggerFilterOptions>(filters =>
    {
        var rules = filters.Rules.ToList();
        filters.Rules.Clear();
        filters.Rules.Add(Held(new LoggerFilterRule(null, null, filters.MinLevel, null))); // for categories without a rule
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
