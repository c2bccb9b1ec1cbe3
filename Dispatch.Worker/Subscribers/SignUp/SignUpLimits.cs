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
/// Limits the sign-ups per hour, from one network and in total. The counts are in the database, so the limits apply across processes and
/// restarts. A sign-up is counted before its address is looked up, so the limits reveal nothing about the address.
/// </summary>
/// <remarks>
/// A network is an IPv4 address or an IPv6 /64. A rented server may have a whole IPv6 /48, so a /48 may send as many sign-ups as
/// <see cref="NetworksOfASite"/> networks. A network is stored as a keyed hash until its hour is over, under a key that changes at midnight
/// UTC.
/// </remarks>
public sealed class SignUpLimits(
    IDbContextFactory<DispatchDb> databases, SignUpCounter counter, KeyRing ring, IOptions<SubscriptionSettings> settings,
    TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(10);
    private static readonly byte[] Total = "all"u8.ToArray();

    /// <summary>An IPv6 /48 may send as many sign-ups as this number of ordinary networks.</summary>
    private const int NetworksOfASite = 5;

    /// <summary>A flood is declared for all networks only if attempts come from more networks than this.</summary>
    private const int NetworksOfAFlood = 5;

    /// <summary>Counts a sign-up and returns null. If a limit is reached, returns how long to wait.</summary>
    /// <param name="from">The sender's IP address.</param>
    /// <param name="weight">How many times this sign-up counts for its network.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<TimeSpan?> TakeAsync(IPAddress? from, int weight, CancellationToken cancel)
    {
        var keys = KeysOf(from, clock.GetUtcNow());
        TimeSpan? wait = null;
        await counter.CountAsync(new SignUpCount(keys.All, [], tallies => wait = Take(tallies, keys, weight))).WaitAsync(cancel);
        return wait;
    }

    /// <summary>
    /// Records an attempt, lets the caller weigh it, and counts it against the limits. A flood means more attempts than real people would
    /// make, in the current ten minutes or the ten minutes before. A network's attempts beyond its share count as a flood for that network
    /// only.
    /// </summary>
    /// <param name="from">The sender's IP address.</param>
    /// <param name="weigh">Receives whether there is a flood, and returns how many sign-ups this one counts as. Null refuses the sign-up
    /// without counting it. May be called more than once.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>How long to wait if a limit is reached, otherwise null.</returns>
    internal async Task<TimeSpan?> JudgeAsync(IPAddress? from, Func<bool, int?> weigh, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var (keys, tries) = (KeysOf(from, now), TriesOf(from, now));
        TimeSpan? wait = null;
        await counter.CountAsync(new SignUpCount(
            tries is null ? keys.All : [.. keys.All, tries.Network, tries.These], tries is null ? [] : [tries.Before],
            tallies => wait = weigh(tries is not null && IsFlood(tallies, tries, now)) is { } weight ? Take(tallies, keys, weight) : null))
            .WaitAsync(cancel);
        return wait;
    }

    [JobDisplayName("Delete old sign-up counts")]
    public async Task PurgeAsync(CancellationToken stopping)
    {
        var now = clock.GetUtcNow();
        await using var db = databases.CreateDbContext();
        await db.SignUpTallies.Where(tally => tally.EndsAt <= now).ExecuteDeleteAsync(stopping);
    }

    internal static IPAddress NetworkOf(IPAddress address) => Networks.Of(address, 64);

    /// <summary>Returns the /48 around an IPv6 address, or null for IPv4, because a rented server has a single IPv4 address.</summary>
    private static IPAddress? SiteOf(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Networks.Of(address, 48) : null;

    private Keys KeysOf(IPAddress? from, DateTimeOffset now) => new(
        now, KeyOf("network", NetworkOf(from ?? IPAddress.None), now), SiteOf(from) is { } around ? KeyOf("site", around, now) : null,
        settings.Value.PerHour > 0 ? Total : null);

    private TimeSpan? Take(TallySheet tallies, Keys keys, int weight)
    {
        var most = settings.Value.PerNetworkPerHour;
        if (!tallies.Count(keys.Network, weight, most, keys.Now, Hour))
            return WaitFor(keys.Network);
        if (keys.Site is { } site
            && !tallies.Count(site, weight, (int)Math.Min(int.MaxValue, (long)most * NetworksOfASite), keys.Now, Hour))
            return WaitFor(site);
        if (keys.Total is { } total && !tallies.Count(total, 1, settings.Value.PerHour, keys.Now, Hour))
            return WaitFor(total);
        return null;

        TimeSpan WaitFor(byte[] key) => tallies.EndOf(key) - keys.Now;
    }

    private Tries? TriesOf(IPAddress? from, DateTimeOffset now)
    {
        if (settings.Value.ProofOfWorkAbove is not (> 0 and var most))
            return null;
        var window = now.Ticks / Watch.Ticks;
        return new Tries(ring.MarkOf($"tries/{window}", NetworkOf(from ?? IPAddress.None).GetAddressBytes()), KeyOfTries(window),
            KeyOfTries(window - 1), most);
    }

    private bool IsFlood(TallySheet tallies, Tries tries, DateTimeOffset now)
    {
        var share = Math.Max(1, Math.Min(settings.Value.PerNetworkPerHour, tries.Most / NetworksOfAFlood));
        if (!tallies.Count(tries.Network, 1, share, now, Watch))
            return true;
        tallies.Count(tries.These, 1, int.MaxValue, now, Hour);
        return tallies.CountOf(tries.These) > tries.Most || tallies.CountOf(tries.Before) > tries.Most;
    }

    private byte[] KeyOf(string what, IPAddress prefix, DateTimeOffset now) =>
        ring.MarkOf($"{what}/{now.UtcDateTime:yyyy-MM-dd}", prefix.GetAddressBytes());

    private static byte[] KeyOfTries(long window) => Encoding.ASCII.GetBytes($"tries/{window}");

    /// <summary>The keys of the tallies in which a sign-up is counted, and its time.</summary>
    private sealed record Keys(DateTimeOffset Now, byte[] Network, byte[]? Site, byte[]? Total)
    {
        public byte[][] All => [Network, .. new[] { Site, Total }.OfType<byte[]>()];
    }

    /// <summary>
    /// The tallies of attempts: the network's, everybody's in the current ten minutes, and everybody's in the ten minutes before.
    /// </summary>
    private sealed record Tries(byte[] Network, byte[] These, byte[] Before, int Most);
}
