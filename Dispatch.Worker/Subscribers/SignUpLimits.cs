using System.Net;
using System.Net.Sockets;
using System.Text;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dispatch.Worker.Subscribers;

/// <summary>
/// How many sign-ups are taken in an hour: from one network, and of all together. They are counted in the database, so the limits
/// hold across processes and restarts; and before anything is asked about the address, so they tell nothing of it. A
/// network is an IPv4 address or an IPv6 /64, which is what one household or one machine has. Of it a keyed hash is kept, whose key
/// changes at midnight UTC, until its hour is over. An hour begins with the network's first sign-up.
/// </summary>
public sealed class SignUpLimits(IDbContextFactory<DispatchDb> databases, KeyRing ring, IOptions<SubscriptionSettings> settings, TimeProvider clock)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Watch = TimeSpan.FromMinutes(10);
    private static readonly byte[] All = "all"u8.ToArray();

    /// <summary>Notes that somebody tries, and says whether more do than people would: in these ten minutes or the ten before.</summary>
    public async Task<bool> IsFloodAsync(CancellationToken cancel)
    {
        if (settings.Value.ProofOfWorkAbove is not (> 0 and var most))
            return false;
        var now = clock.GetUtcNow();
        var window = now.Ticks / Watch.Ticks;
        var (these, before) = (Tries(window), Tries(window - 1));
        await using var db = databases.CreateDbContext();
        await db.CountAsync(these, 1, int.MaxValue, now, Hour, cancel);
        return await db.SignUpTallies.AnyAsync(tally => (tally.Key == these || tally.Key == before) && tally.Count > most, cancel);
    }

    /// <summary>Counts a sign-up; or says how long to wait.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="weight">How many it counts as for its network.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<TimeSpan?> TakeAsync(IPAddress? from, int weight, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var network = KeyOf(from ?? IPAddress.None, now);
        await using var db = databases.CreateDbContext();
        if (!await db.CountAsync(network, weight, settings.Value.PerNetworkPerHour, now, Hour, cancel))
            return await WaitAsync(db, network, now, cancel);
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

    private static async Task<TimeSpan> WaitAsync(DispatchDb db, byte[] key, DateTimeOffset now, CancellationToken cancel)
    {
        var endsAt = await db.SignUpTallies.Where(tally => tally.Key == key).Select(tally => (DateTimeOffset?)tally.EndsAt).SingleOrDefaultAsync(cancel);
        return endsAt is { } at && at > now ? at - now : TimeSpan.FromSeconds(1); // it was purged meanwhile
    }

    private byte[] KeyOf(IPAddress address, DateTimeOffset now) => ring.MarkOf($"network/{now.UtcDateTime:yyyy-MM-dd}", NetworkOf(address).GetAddressBytes());

    private static byte[] Tries(long window) => Encoding.ASCII.GetBytes($"tries/{window}");
}
