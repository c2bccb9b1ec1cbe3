using System.Net;
using System.Net.Sockets;

namespace Dispatch.Worker.Addresses;

/// <summary>Groups IP addresses by network, for counting clients, and tells addresses on the internet from all others.</summary>
public static class Networks
{
    // IANA's registries of special-purpose addresses (RFC 6890), with multicast and what is reserved. Of IPv6 only 2000::/3 is in use.
    private static readonly IPNetwork[] NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    /// <summary>
    /// Whether an address belongs to a machine on the internet. Addresses of private networks, of this machine, of links and of tunnels, in
    /// which such an address may hide, do not.
    /// </summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily is AddressFamily.InterNetworkV6 && (!PublicV6.Contains(address) || address.ScopeId != 0))
            return false;
        return !NotPublic.Any(network => network.Contains(address));
    }

    /// <summary>
    /// Returns the network that an IPv6 address belongs to, and an IPv4 address unchanged. A household usually has a /64 to itself, and an
    /// organization a /48.
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
