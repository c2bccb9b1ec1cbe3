using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatch.Worker.Addresses;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers.SignUp;

/// <summary>
/// Limits the sign-ups per hour, from one network and in total. Sign-ups are counted in the database, so the limits apply across processes
/// and restarts. A sign-up is counted before its address is looked up, so the limits reveal nothing about the address.
/// </summary>
/// <remarks>
/// A network is an IPv4 address or an IPv6 /64, as one household or one machine has. A rented server may have a whole IPv6 /48, which may
/// send as much as <see cref="NetworksOfASite"/> networks. A network is stored as a keyed hash until its hour is over; the key changes at
/// midnight UTC. The hour begins with the network's first sign-up.
/// </remarks>
public sealed class SignUpLimits(
    IDbContextFactory<DispatchDb> databases, KeyRing ring, IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(10);
    private static readonly byte[] All = "all"u8.ToArray();

    /// <summary>An IPv6 /48 may send as many sign-ups as this number of ordinary networks.</summary>
    private const int NetworksOfASite = 5;

    /// <summary>Attempts must come from more networks than this to count as a flood for everybody.</summary>
    private const int NetworksOfAFlood = 5;

    /// <summary>
    /// Records an attempt, and returns whether there is a flood: more attempts than people make, in the current ten minutes or the ten
    /// minutes before. Each network has a share of attempts that is too small to cause a flood for everybody. Attempts beyond the share
    /// count as a flood for that network only.
    /// </summary>
    /// <param name="from">The sender's IP address.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<bool> IsFloodAsync(IPAddress? from, CancellationToken cancel)
    {
        if (settings.Value.ProofOfWorkAbove is not (> 0 and var most))
            return false;
        var now = clock.GetUtcNow();
        var window = now.Ticks / Watch.Ticks;
        var (these, before) = (Tries(window), Tries(window - 1));
        var network = ring.MarkOf($"tries/{window}", NetworkOf(from ?? IPAddress.None).GetAddressBytes());
        var share = Math.Max(1, Math.Min(settings.Value.PerNetworkPerHour, most / NetworksOfAFlood));
        await using var db = databases.CreateDbContext();
        if (!await db.CountAsync(network, 1, share, now, Watch, cancel))
            return true;
        await db.CountAsync(these, 1, int.MaxValue, now, Hour, cancel);
        return await db.SignUpTallies.AnyAsync(tally => (tally.Key == these || tally.Key == before) && tally.Count > most, cancel);
    }

    /// <summary>Counts a sign-up and returns null. If a limit is reached, returns how long to wait.</summary>
    /// <param name="from">The sender's IP address.</param>
    /// <param name="weight">How many times this sign-up counts for its network.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<TimeSpan?> TakeAsync(IPAddress? from, int weight, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var network = KeyOf("network", NetworkOf(from ?? IPAddress.None), now);
        await using var db = databases.CreateDbContext();
        if (!await db.CountAsync(network, weight, settings.Value.PerNetworkPerHour, now, Hour, cancel))
            return await WaitAsync(db, network, now, cancel);
        if (SiteOf(from) is { } around)
        {
            var site = KeyOf("site", around, now);
            if (!await db.CountAsync(site, weight, (int)Math.Min(int.MaxValue, (long)settings.Value.PerNetworkPerHour * NetworksOfASite),
                now, Hour, cancel))
                return await WaitAsync(db, site, now, cancel);
        }
        if (settings.Value.PerHour is > 0 and var most && !await db.CountAsync(All, 1, most, now, Hour, cancel))
            return await WaitAsync(db, All, now, cancel);
        return null;
    }

    [JobDisplayName("Forget which networks signed up, and how often addresses were mailed")]
    public async Task PurgeAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await db.SignUpTallies.Where(tally => tally.EndsAt <= now).ExecuteDeleteAsync(stopping);
    }

    internal static IPAddress NetworkOf(IPAddress address) => Networks.Of(address, 64);

    /// <summary>Returns the /48 around an IPv6 address. Returns null for IPv4, because a rented server has a single IPv4 address.</summary>
    private static IPAddress? SiteOf(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Networks.Of(address, 48) : null;

    private static async Task<TimeSpan> WaitAsync(DispatchDb db, byte[] key, DateTimeOffset now, CancellationToken cancel)
    {
        var endsAt = await db.SignUpTallies.Where(tally => tally.Key == key).Select(tally => (DateTimeOffset?)tally.EndsAt)
            .SingleOrDefaultAsync(cancel);
        return endsAt is { } at && at > now ? at - now : TimeSpan.FromSeconds(1); // one second if the tally has just been purged
    }

    private byte[] KeyOf(string what, IPAddress prefix, DateTimeOffset now) =>
        ring.MarkOf($"{what}/{now.UtcDateTime:yyyy-MM-dd}", prefix.GetAddressBytes());

    private static byte[] Tries(long window) => Encoding.ASCII.GetBytes($"tries/{window}");
}
