using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Audit;

/// <summary>The audit trail as a whole: for reading it, and for recording what is done outside any transaction.</summary>
public sealed class AuditTrail(DispatchDb db)
{
    /// <summary>Entries, newest first.</summary>
    /// <param name="before">Only those below this id; null: from the newest on.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Ends the query.</param>
    public Task<List<AuditEntry>> LatestAsync(long? before, int count, CancellationToken cancel) => db.Audit.AsNoTracking()
        .Where(entry => before == null || entry.Id < before).OrderByDescending(entry => entry.Id).Take(count).ToListAsync(cancel);

    public async Task RecordAsync(AuditEntry entry, CancellationToken cancel)
    {
        db.Audit.Add(entry);
        await db.SaveChangesAsync(cancel);
    }
}
