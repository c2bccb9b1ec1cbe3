namespace Dispatch.Worker.Database;

/// <summary>
/// Instants that are kept of readers tell no more than is reckoned with: beside a log of the network the second would name somebody.
/// </summary>
internal static class RoundedInstants
{
    /// <summary>The beginning of an instant's day in UTC.</summary>
    public static DateTimeOffset DayOf(DateTimeOffset instant) => new(instant.UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The beginning of an instant's hour: for an accepted delivery.</summary>
    public static DateTimeOffset HourOf(DateTimeOffset instant) => instant.AddTicks(-(instant.UtcTicks % TimeSpan.TicksPerHour));
}
