using System.Globalization;

namespace Dispatch.Templates.Text;

/// <summary>Numbers of things in English, for staff.</summary>
public static class Counted
{
    /// <summary>Returns a number with its noun, such as "1 reader" or "1,204 readers".</summary>
    /// <param name="count">The number.</param>
    /// <param name="noun">The noun in the singular, with a regular plural.</param>
    public static string Of(long count, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
