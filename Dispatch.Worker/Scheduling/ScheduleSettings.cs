using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Scheduling;

/// <summary>Settings for slots that passed while no worker was running.</summary>
public sealed class ScheduleSettings : ISettings
{
    public static string Section => "Schedule";

    /// <summary>
    /// How late an issue may still be sent; five minutes to seven days. An issue that is later than this is held for a person. With less
    /// than five minutes, issues that are on time would be held, since nothing goes out at the exact second.
    /// </summary>
    public TimeSpan LateBy { get; set; } = TimeSpan.FromHours(6);

    public IEnumerable<string> Faults()
    {
        if (LateBy < TimeSpan.FromMinutes(5) || LateBy > TimeSpan.FromDays(7))
            yield return $"Schedule:LateBy is {LateBy}: use five minutes to seven days, e.g. 06:00:00";
    }
}
