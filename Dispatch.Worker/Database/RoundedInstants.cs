namespace Dispatch.Worker.Database;

/// <summary>
/// Instants stored about readers are no more precise than their use requires: next to a network log, the second would identify somebody.
/// </summary>
internal static class RoundedInstants
{
    /// <summary>The start of an instant's day in UTC.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The start of an instant's hour: for an accepted delivery.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset instant) => instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerHour));
}
