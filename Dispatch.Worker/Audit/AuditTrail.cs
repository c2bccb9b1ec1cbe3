using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Audit;

/// <summary>Reads the audit trail, and records acts that have no transaction of their own.</summary>
public sealed class AuditTrail(DispatchDb db)
{
    /// <summary>Returns audit entries, newest first.</summary>
    /// <param name="before">Only entries with an id lower than this, or null to start with the newest.</param>
    /// <param name="count">The maximum number of entries.</param>
    /// <param name="cancel">Ends the query.</param>
    public Task<List<AuditEntry>> LatestAsync(long? before, int count, CancellationToken cancel) => db.Audit.AsNoTracking()
        .Where(entry => before == null || entry.Id < before).OrderByDescending(entry => entry.Id).Take(count).ToListAsync(cancel);

    public async Task RecordAsync(AuditEntry entry, CancellationToken cancel)
    {
        db.Audit.Add(entry);
        await db.SaveChangesAsync(cancel);
    }
}
