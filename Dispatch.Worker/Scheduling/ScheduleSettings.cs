using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Scheduling;

/// <summary>What happens to a slot that passed while nothing was running.</summary>
public sealed class ScheduleSettings : ISettings
{
    public static string Section => "Schedule";

    /// <summary>
    /// A slot missed by more than this is held for a person, not sent; five minutes to seven days. Less would hold issues that are not
    /// late: nothing goes out at the exact second.
    /// </summary>
    public TimeSpan LateBy { get; set; } = TimeSpan.FromHours(6);

    public IEnumerable<string> Faults()
    {
        if (LateBy < TimeSpan.FromMinutes(5) || LateBy > TimeSpan.FromDays(7))
            yield return $"Schedule:LateBy is {LateBy}: expected five minutes to seven days, e.g. 06:00:00";
    }
}
