using System.Globalization;
using System.Text.RegularExpressions;

namespace Dispatch.Worker.Settings;

/// <summary>Finds a port that can't be one, since .NET says of such a URL only that it is none.</summary>
internal static partial class UrlPorts
{
    /// <summary>Whether the URL ends with a port above 65535. The port is not repeated: without a host, it may be a password.</summary>
    public static bool HasImpossible(string url) => Port().Match(url) is { Success: true } port
        && (!int.TryParse(port.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535);

    [GeneratedRegex(@"://(?:[^/?#]*@)?(?:[^/?#@:\[\]]+|\[[^\]]*\]):(\d+)(?:[/?#].*)?$", RegexOptions.Singleline)]
    private static partial Regex Port();
}
