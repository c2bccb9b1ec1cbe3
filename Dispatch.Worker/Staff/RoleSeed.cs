using Dispatch.Worker.Database.Start;
using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>Creates the roles that the database lacks.</summary>
internal sealed class RoleSeed : IDatabaseSeed
{
    public async Task SeedAsync(DispatchDb db, CancellationToken cancel)
    {
        var missing = await MissingAsync(db, cancel);
        if (missing.Count == 0)
            return;
        foreach (var role in missing)
            db.Roles.Add(new IdentityRole<int>(role) { NormalizedName = role.ToUpperInvariant() });
        try
        {
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // Another process may have created the roles first. If some are still missing, the exception had another cause.
            db.ChangeTracker.Clear();
            if ((await MissingAsync(db, cancel)).Count > 0)
                throw;
        }
    }

    private static async Task<List<string>> MissingAsync(DispatchDb db, CancellationToken cancel) =>
        [.. StaffRoles.All.Except(await db.TextsAsync("""SELECT "Name" FROM "AspNetRoles" """, cancel))];
}
