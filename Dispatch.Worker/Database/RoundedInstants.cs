namespace Dispatch.Worker.Database;

/// <summary>Rounds instants that are stored about readers. Together with a network log, an exact second could identify a reader.</summary>
internal static class RoundedInstants
{
    /// <summary>Returns the start of an instant's day in UTC.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>Returns the start of an instant's hour, used for accepted deliveries.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset instant) => instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerHour));
}
