using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace Dispatch.Worker.Subscribers.Records;

/// <summary>
/// Once at each start: seals anew what was sealed before values were padded, since its length tells how long the address is. What is
/// changed meanwhile is left as it has become, and what opens with a key that is not here to a process that has it.
/// </summary>
public sealed class Resealing(DispatchDb db, KeyRing ring, ILogger<Resealing> log)
{
    private const int AtOnce = 500;

    [JobDisplayName("Seal addresses and names anew that were sealed without padding")]
    public async Task RunAsync(CancellationToken stopping)
    {
        var (resealed, last) = (0, 0L);
        while (true)
        {
            var rows = await db.Subscribers.AsNoTracking()
                .Where(s => s.Id > last
                    && ((s.SealedAddress.Length - KeyRing.Overhead != 64 && s.SealedAddress.Length - KeyRing.Overhead != 128
                            && (s.SealedAddress.Length - KeyRing.Overhead) % 256 != 0)
                        || (s.SealedName != null && s.SealedName.Length - KeyRing.Overhead != 64 && s.SealedName.Length - KeyRing.Overhead != 128
                            && (s.SealedName.Length - KeyRing.Overhead) % 256 != 0)))
                .OrderBy(s => s.Id).Take(AtOnce).ToListAsync(stopping);
            if (rows.Count == 0)
                break;
            last = rows[^1].Id;
            await using var transaction = await db.Database.BeginTransactionAsync(stopping);
            foreach (var row in rows)
                resealed += await ResealAsync(row, stopping);
            await transaction.CommitAsync(stopping);
        }
        if (resealed == 0)
            return;
        await db.OverwriteErasedAsync(stopping);
        log.LogInformation("Sealed {Readers} readers' addresses and names anew, padded", resealed);
    }

    private async Task<int> ResealAsync(Subscriber row, CancellationToken stopping)
    {
        try
        {
            var (oldAddress, oldName) = (row.SealedAddress, row.SealedName);
            var address = ring.Seal(ring.Open(oldAddress, Subscriber.AddressPurpose), Subscriber.AddressPurpose);
            var name = oldName is null ? null : ring.Seal(ring.Open(oldName, Subscriber.NamePurpose), Subscriber.NamePurpose);
            return await db.Subscribers.Where(s => s.Id == row.Id && s.SealedAddress == oldAddress && s.SealedName == oldName)
                .ExecuteUpdateAsync(set => set.SetProperty(s => s.SealedAddress, address).SetProperty(s => s.SealedName, name), stopping);
        }
        catch (KeyRingException)
        {
            return 0;
        }
    }
}
