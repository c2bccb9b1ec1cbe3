using Dispatch.Worker.Audit;
using Dispatch.Worker.Database;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dispatch.Worker.Staff;

/// <summary>Makes the roles where they are missing.</summary>
internal sealed class RoleSeed(TimeProvider clock) : IDatabaseSeed
{
    public async Task SeedAsync(DispatchDb db, CancellationToken cancel)
    {
        var missing = await MissingAsync(db, cancel);
        foreach (var role in missing)
            db.Roles.Add(new IdentityRole<int>(role) { NormalizedName = role.ToUpperInvariant() });
        try
        {
            if (missing.Contains(StaffRoles.Admin))
                await GiveAdminAsync(db, cancel);
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // Another process that starts just now was first. What is really wrong shows in this second look.
            db.ChangeTracker.Clear();
            if ((await MissingAsync(db, cancel)).Count > 0)
                throw;
        }
    }

    // An earlier version had no admins, and its first ops account did what they do: on that database it becomes the first admin, in the
    // same step that makes the role. Without any such account the link for the first one, or the command line, makes it.
    private async Task GiveAdminAsync(DispatchDb db, CancellationToken cancel)
    {
        var first = await db.GivenRoles.Where(given => given.Role == StaffRoles.Ops).OrderBy(given => given.StaffId)
            .Select(given => (int?)given.StaffId).FirstOrDefaultAsync(cancel);
        if (first is not { } id)
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.SaveChangesAsync(cancel); // the role has its number from now on
        var admin = await db.Roles.Where(role => role.Name == StaffRoles.Admin).Select(role => role.Id).SingleAsync(cancel);
        db.UserRoles.Add(new IdentityUserRole<int> { UserId = id, RoleId = admin });
        db.Audit.Add(Actor.Worker.Did("staff.roles", $"staff:{id}", clock.GetUtcNow(), "the first ops account is the first admin"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    private static async Task<List<string>> MissingAsync(DispatchDb db, CancellationToken cancel) =>
        [.. StaffRoles.All.Except(await db.Roles.Select(role => role.Name!).ToListAsync(cancel))];
}
