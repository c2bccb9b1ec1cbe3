using System.Net;
using System.Net.Sockets;

namespace Dispatch.Worker.Addresses;

/// <summary>Groups IP addresses by the network that one subscriber or one site has.</summary>
public static class Networks
{
    /// <summary>
    /// Returns an IPv4 address unchanged, and for an IPv6 address its network. The prefix length is 64 for one subscriber and 48 for a
    /// site.
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
