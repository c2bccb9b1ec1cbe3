using System.Net;
using System.Net.Sockets;

namespace Dispatch.Worker.Addresses;

/// <summary>Groups IP addresses by network, for counting clients.</summary>
public static class Networks
{
    /// <summary>
    /// Returns the network that an IPv6 address belongs to, and an IPv4 address unchanged. A household usually has a /64 to itself, and an
    /// organisation a /48.
    /// </summary>
    /// <param name="address">The IP address. An IPv4-mapped IPv6 address counts as IPv4.</param>
    /// <param name="bits">The prefix length: a multiple of 8, from 8 to 128.</param>
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
