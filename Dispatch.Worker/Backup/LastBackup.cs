using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Backup;

/// <summary>Tells when the last backup was made, by the audit log.</summary>
internal static class LastBackup
{
    /// <summary>The action that the audit log has for each complete backup.</summary>
    public const string Action = "database.backed-up";

    /// <summary>Returns when the last backup was made, or null if none is known.</summary>
    public static async Task<DateTimeOffset?> AtAsync(DispatchDb db, CancellationToken cancel) =>
        await db.Audit.Where(entry => entry.Target == AuditTarget.Database.Name && entry.Action == Action)
            .MaxAsync(entry => (DateTimeOffset?)entry.At, cancel);
}
