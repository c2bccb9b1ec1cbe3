using Dispatch.Worker.Database;
using Dispatch.Worker.Database.Start;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>Ends all sessions in a restored database: some may have been ended since the backup.</summary>
internal sealed class RestoredSessions : IAfterRestore
{
    public async Task<string?> RunAsync(DispatchDb db, DateTimeOffset at, CancellationToken cancel) =>
        await db.StaffSessions.ExecuteDeleteAsync(cancel) == 0 ? null : "Everybody has to sign in again.";
}
