using System.Net;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Dns;

/// <summary>Which resolvers we ask.</summary>
public sealed class DnsSettings : ISettings
{
    public static string Section => "Dns";

    /// <summary>
    /// Resolvers, as in 192.0.2.53 or 127.0.0.1:5353; none: the system's. Inside a company those often see different records from the rest
    /// of the world.
    /// </summary>
    public List<string> Servers { get; set; } = [];

    public IEnumerable<string> Faults()
    {
        for (var index = 0; index < Servers.Count; index++)
            if (!IPEndPoint.TryParse(Servers[index], out _))
                yield return $"{Section}:Servers:{index} is '{Servers[index]}': expected the address of a resolver, e.g. 192.0.2.53 or "
                    + "127.0.0.1:5353";
    }

    public IReadOnlyList<IPEndPoint> EndPoints =>
        [.. Servers.Select(IPEndPoint.Parse).Select(server => server.Port == 0 ? new IPEndPoint(server.Address, 53) : server)];
}
