using System.Net;
using System.Net.Sockets;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// Tells robots from readers at a confirmation's button. Mail scanners open the links of a mail, and some press what they find there. The
/// confirmation's first link is one that no mail program shows and no screen reader speaks, so whoever opens it is a robot: that visit is
/// recorded with the confirmation, and is the only thing here that a GET or HEAD changes. A press of the button is doubted when it comes
/// within <see cref="FromAnywhere"/> of the robot's visit, since a scanner works in a burst and from several addresses; or within
/// <see cref="FromItsNetwork"/> from the robot's own network. A doubted press is not counted. It is answered with the same button and a
/// request to press once more, because a reader may share a network with their employer's scanner, or with everybody behind one proxy. The
/// second press counts, unless it comes within <see cref="ToRead"/> of the first or the robot has been back since: so a doubt costs a
/// reader one more press, and never the subscription. A robot that presses before it has opened the first link, or comes back patiently to
/// press twice, is not recognised. The network (an IPv4 address, an IPv6 /64) is kept as a keyed hash that is valid for this confirmation
/// alone, and is cleared by the sweep once <see cref="FromItsNetwork"/> has passed.
/// </summary>
public sealed class HoneypotLink(IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
{
    public static readonly TimeSpan FromAnywhere = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FromItsNetwork = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan ToRead = TimeSpan.FromSeconds(3);

    /// <summary>Records a visit to the link that only robots see. A token that is not one of ours is ignored.</summary>
    public async Task SeeAsync(string token, IPAddress? from, CancellationToken cancel)
    {
        var hash = ConfirmationTokens.Hash(token);
        await using var db = databases.CreateDbContext();
        if (await db.Confirmations.SingleOrDefaultAsync(c => c.TokenHash == hash && c.UsedAt == null, cancel) is not { } confirmation)
            return;
        var now = clock.GetUtcNow();
        if (confirmation.RobotSeenAt is null)
            db.Audit.Add(Actor.Worker.Did("confirmation.scanned", AuditTarget.Subscriber(confirmation.SubscriberId), now));
        (confirmation.RobotSeenAt, confirmation.RobotNetwork) = (now, HashOf(from, confirmation));
        await db.SaveChangesAsync(cancel);
    }

    /// <summary>
    /// Whether this press of the button may be the robot's; if so, that is noted on the confirmation for the caller to save.
    /// </summary>
    public bool Doubts(Confirmation confirmation, IPAddress? from, DateTimeOffset now)
    {
        if (confirmation.RobotSeenAt is not { } seen || !Suspects(seen))
            return false;
        if (confirmation.DoubtedAt is { } before && before >= seen)
            return now - before < ToRead;
        confirmation.DoubtedAt = now;
        return true;

        bool Suspects(DateTimeOffset seen) => now - seen < FromAnywhere
            || (now - seen < FromItsNetwork && confirmation.RobotNetwork is { } network
                && network.AsSpan().SequenceEqual(HashOf(from, confirmation)));
    }

    /// <summary>Clears the networks that have served their purpose; returns how many.</summary>
    public static Task<int> ForgetNetworksAsync(DispatchDb db, DateTimeOffset now, CancellationToken cancel) => db.Confirmations
        .Where(c => c.RobotNetwork != null && c.RobotSeenAt <= now - FromItsNetwork)
        .ExecuteUpdateAsync(set => set.SetProperty(c => c.RobotNetwork, (byte[]?)null), cancel);

    private byte[] HashOf(IPAddress? from, Confirmation confirmation)
    {
        var address = from is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : from ?? IPAddress.None;
        var network = address.GetAddressBytes();
        if (address.AddressFamily is AddressFamily.InterNetworkV6)
            network.AsSpan(8).Clear();
        using var hash = ring.HashOfRequest();
        hash.AppendData("honeypot"u8);
        hash.AppendData(confirmation.Seed);
        hash.AppendData(network);
        return hash.GetHashAndReset();
    }
}
