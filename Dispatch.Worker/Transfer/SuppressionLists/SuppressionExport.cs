using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Subscribers;
using Dispatch.Worker.Suppressions;
using Dispatch.Worker.Transfer.Export;
using Dispatch.Worker.Transfer.Reading;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Transfer.SuppressionLists;

/// <summary>
/// Writes all suppressed addresses to a CSV file, either as keyed hashes with the name of the key, or as addresses. An address is known
/// only while its reader is stored.
/// </summary>
public sealed class SuppressionExport(IDbContextFactory<DispatchDb> databases, KeyRing ring, TimeProvider clock)
{
    private const int AtOnce = 1000;

    /// <summary>Writes the file and an audit entry.</summary>
    /// <returns>How many suppressions were written, and how many were left out because their address is not known.</returns>
    public async Task<(int Written, int Unknown)> WriteAsync(Stream to, bool byAddress, Actor actor, CancellationToken cancel)
    {
        await using var db = databases.CreateDbContext();
        await using var file = new StreamWriter(to, leaveOpen: true) { NewLine = "\r\n" };
        await file.WriteLineAsync(byAddress ? "email,reason,since" : "hash,reason,since,key");
        var (written, unknown) = (0, 0);
        for (byte[] last = []; ;)
        {
            var page = await db.Suppressions.FromSql(
                $"""SELECT * FROM "Suppressions" WHERE "AddressHash" > {last} ORDER BY "AddressHash" LIMIT {AtOnce}""")
                .AsNoTracking().ToListAsync(cancel);
            if (page.Count == 0)
                break;
            last = page[^1].AddressHash;
            var addresses = byAddress ? await AddressesAsync(db, page, cancel) : [];
            foreach (var row in page)
            {
                var key = Convert.ToHexStringLower(row.AddressHash);
                if (byAddress && !addresses.ContainsKey(key))
                {
                    unknown++;
                    continue;
                }
                written++;
                string[] cells = [byAddress ? addresses[key] : key, SuppressionWords.Of(row.Reason), ExportedReader.Text(row.CreatedAt),
                    .. byAddress ? Array.Empty<string>() : [ring.Fingerprint]];
                await file.WriteLineAsync(string.Join(',', cells.Select(Csv.Cell)));
            }
        }
        await file.FlushAsync(cancel);
        db.Audit.Add(actor.Did("suppressions.exported", AuditTarget.Suppressions, clock.GetUtcNow(),
            $"{(byAddress ? "addresses" : "hashes")}, {written}"));
        await db.SaveChangesAsync(cancel);
        return (written, unknown);
    }

    private async Task<Dictionary<string, string>> AddressesAsync(DispatchDb db, List<Suppression> page, CancellationToken cancel)
    {
        var hashes = page.Select(row => row.AddressHash).ToArray();
        return (await db.Subscribers.AsNoTracking().Where(s => hashes.Contains(s.AddressHash)).ToListAsync(cancel))
            .ToDictionary(s => Convert.ToHexStringLower(s.AddressHash), s => s.AddressFrom(ring).Normalized);
    }
}
