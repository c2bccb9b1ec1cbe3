namespace Dispatch.Worker.Database.Writing;

/// <summary>
/// Settings under which PostgreSQL plans a statement only once, and reads by keys alone. Otherwise, a statement prepared while its table is
/// small keeps reading the whole table until the table is analyzed next, and a rush fills it faster than that.
/// </summary>
internal static class ReadByKeys
{
    private static readonly string[] Settings =
    [
        "plan_cache_mode = force_generic_plan", "enable_seqscan = off", "enable_hashjoin = off", "enable_mergejoin = off",
        "jit = off", // the planner marks what it would avoid with a cost at which it would also compile
    ];

    /// <summary>For a connection that serves only one purpose.</summary>
    public static readonly string InSession = string.Concat(Settings.Select(setting => $"SET {setting}; "));

    /// <summary>For the transaction in which it runs.</summary>
    public static readonly string InTransaction = string.Concat(Settings.Select(setting => $"SET LOCAL {setting}; "));
}
