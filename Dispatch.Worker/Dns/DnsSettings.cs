using System.Net;
using Dispatch.Worker.Settings;

namespace Dispatch.Worker.Dns;

/// <summary>The DNS resolvers to ask.</summary>
public sealed class DnsSettings : ISettings
{
    public static string Section => "Dns";

    /// <summary>
    /// The resolvers, such as 192.0.2.53 or 127.0.0.1:5353. If empty, the system's resolvers are used; inside a company, these often return
    /// other records than the rest of the world sees.
    /// </summary>
    public List<string> Servers { get; set; } = [];

    public IEnumerable<string> Faults()
    {
        for (var index = 0; index < Servers.Count; index++)
            if (!IPEndPoint.TryParse(Servers[index], out _))
                yield return $"{Section}:Servers:{index} is '{Servers[index]}': use the address of a resolver, e.g. 192.0.2.53 or "
                    + "127.0.0.1:5353";
    }

    public IReadOnlyList<IPEndPoint> EndPoints =>
        [.. Servers.Select(IPEndPoint.Parse).Select(server => server.Port == 0 ? new IPEndPoint(server.Address, 53) : server)];
}
