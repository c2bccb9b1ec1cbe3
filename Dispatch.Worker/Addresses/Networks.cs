using System.Net;
using System.Net.Sockets;

namespace Dispatch.Worker.Addresses;

/// <summary>Who an IP address belongs to, as far as that can be told.</summary>
public static class Networks
{
    /// <summary>
    /// The address itself for IPv4; for IPv6, where a subscriber has many, its network of this many bits: 64 for one line, 48 for a site.
    /// </summary>
    /// <param name="address">An IPv4-mapped IPv6 address is treated as IPv4.</param>
    /// <param name="bits">A multiple of 8, 8 to 128.</param>
    public static IPAddress Of(IPAddress address, int bits)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bits / 8).Clear();
        return new IPAddress(bytes);
    }
}
