using System.Net;
using System.Net.Sockets;
using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Subscribers.Confirmations;

/// <summary>
/// Distinguishes robots from readers on a confirmation page, because some mail scanners open links and press buttons. The first link of a
/// confirmation message is hidden: no mail program shows it and no screen reader reads it out, so only robots follow it.
/// </summary>
/// <remarks>
/// <para>
/// A press of the button is doubted within <see cref="FromAnywhere"/> of a robot's visit or, from the robot's own network, within
/// <see cref="FromItsNetwork"/>. A doubted press has no effect, and the visitor has to press again. The second press counts unless it comes
/// within <see cref="ToRead"/> of the first, or the robot has visited again since.
/// </para>
/// <para>
/// A robot is not recognized if it presses before it follows the hidden link, or if it waits and presses twice. The network (an IPv4
/// address or an IPv6 /64) is stored as a keyed hash, different for each confirmation, and cleared after <see cref="FromItsNetwork"/>.
/// </para>
/// </remarks>
public sealed class HoneypotLink(IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
{
    public static readonly TimeSpan FromAnywhere = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FromItsNetwork = TimeSpan.FromMinutes(2);
    public static readonly TimeSpan ToRead = TimeSpan.FromSeconds(3);

    /// <summary>Records a visit to the hidden link. An unknown token is ignored.</summary>
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
    /// Returns whether a robot may have pressed the button. If so, records this in the confirmation, which the caller saves.
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

    /// <summary>Clears the hashes of robots' networks that are no longer needed. Returns the number cleared.</summary>
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
