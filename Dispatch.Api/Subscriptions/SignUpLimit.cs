using System.Net;
using System.Net.Sockets;
using Dispatch.Worker.Subscribers;
using Microsoft.Extensions.Options;

namespace Dispatch.Api.Subscriptions;

/// <summary>
/// How many sign-ups one network may make in an hour, form and API together. A network is an IPv4 address or an IPv6 /64, which is
/// what one household or one machine has. Kept in this process's memory; only requests that would be taken count.
/// </summary>
public sealed class SignUpLimit(IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Dictionary<IPAddress, Queue<DateTimeOffset>> taken = [];
    private DateTimeOffset sweptAt = clock.GetUtcNow();

    /// <summary>Counts one sign-up, or says how long to wait.</summary>
    public bool TryTake(IPAddress? from, out TimeSpan retryAfter)
    {
        var now = clock.GetUtcNow();
        var network = NetworkOf(from ?? IPAddress.None);
        lock (taken)
        {
            Sweep(now);
            if (!taken.TryGetValue(network, out var times))
                taken[network] = times = [];
            while (times.TryPeek(out var oldest) && oldest <= now - Window)
                times.Dequeue();
            var full = times.Count >= settings.Value.PerNetworkPerHour;
            retryAfter = full ? times.Peek() + Window - now : TimeSpan.Zero;
            if (!full)
                times.Enqueue(now);
            return !full;
        }
    }

    internal static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    // Networks that are quiet again are forgotten, so that memory holds an hour's worth and addresses are not kept.
    private void Sweep(DateTimeOffset now)
    {
        if (now - sweptAt < TimeSpan.FromMinutes(5))
            return;
        sweptAt = now;
        foreach (var network in taken.Where(entry => entry.Value.All(at => at <= now - Window)).Select(entry => entry.Key).ToList())
            taken.Remove(network);
    }
}
