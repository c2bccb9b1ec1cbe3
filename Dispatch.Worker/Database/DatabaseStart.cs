using Dispatch.Worker.Audit;
using Dispatch.Worker.Newsletters;
using Dispatch.Worker.Privacy;
using Dispatch.Worker.Settings;
using Dispatch.Worker.Staff;
using Hangfire.PostgreSql;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Dispatch.Worker.Database;

/// <summary>
/// Makes the database ready before anything serves: migrations behind a lock, the configured newsletters and the roles where
/// missing. Any number of processes may do this at once.
/// </summary>
public sealed class DatabaseStart(
    IDbContextFactory<DispatchDb> databases, DatabaseChoice choice, DataFolder data, KeyRing keys, IOptions<List<NewsletterSettings>> newsletters, TimeProvider clock)
    : IDisposable
{
    private FileStream? alone;

    /// <summary>Keeps a second service off this SQLite file until the services are disposed of; PostgreSQL takes any number.</summary>
    public void TakeAlone()
    {
        if (choice.IsPostgres)
            return;
        var path = Path.Combine(data.Create(), "serving.lock");
        try
        {
            alone = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new StartException($"{DataFolder.Key}: another Dispatch is already serving {data.Root}. End it first, name another folder, or set {DatabaseChoice.Key} to run several.");
        }
    }

    public void Dispose() => alone?.Dispose();

    public async Task PrepareAsync(CancellationToken cancel = default)
    {
        data.Create();
        data.Close();
        try
        {
            await using var db = databases.CreateDbContext();
            db.Database.SetCommandTimeout(0); // a large ledger's migration takes its time, and others wait for it behind the lock
            await MigrateAsync(db, cancel);
            await SeedAsync(db, cancel);
            await CheckKeysAsync(db, cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) can't be used: {fault.GetBaseException().Message}", fault);
        }
    }

    private async Task MigrateAsync(DispatchDb db, CancellationToken cancel)
    {
        if (choice.IsPostgres)
        {
            await PreparePostgresAsync(db, cancel);
            return;
        }
        // EF's own lock for SQLite is a row that a killed process leaves behind, and every later start would wait for it.
        // This file lock ends with its process; whoever holds it may clear that row away.
        await using var held = await HoldAsync(data.PathTo("migrating.lock"), cancel);
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
        await ApplyMigrationsAsync(db, cancel);
    }

    // MigrateAsync compares the whole model with the last migration's, however current the history is: a good part of a start.
    private static async Task ApplyMigrationsAsync(DispatchDb db, CancellationToken cancel)
    {
        if ((await db.Database.GetPendingMigrationsAsync(cancel)).Any())
            await db.Database.MigrateAsync(cancel);
    }

    // EF locks its history table, but lets go of it between one migration and the next: of processes that start at once, two would
    // apply the second. Hangfire locks nothing at all. So both are done under a lock of ours.
    private static async Task PreparePostgresAsync(DispatchDb db, CancellationToken cancel)
    {
        var server = db.GetService<IRelationalDatabaseCreator>();
        if (!await server.ExistsAsync(cancel))
            await server.CreateAsync(cancel);
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(7201133)", cancel);
            await ApplyMigrationsAsync(db, cancel);
            PostgreSqlObjectsInstaller.Install((NpgsqlConnection)db.Database.GetDbConnection());
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock(7201133)", cancel);
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }

    private async Task<FileStream> HoldAsync(string path, CancellationToken cancel)
    {
        var giveUpAt = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (clock.GetElapsedTime(giveUpAt) < TimeSpan.FromSeconds(30))
            {
                await Task.Delay(100, cancel);
            }
        }
    }

    private async Task SeedAsync(DispatchDb db, CancellationToken cancel)
    {
        var known = await db.Newsletters.Select(newsletter => newsletter.Slug).ToListAsync(cancel);
        foreach (var setting in newsletters.Value.Where(setting => !known.Contains(setting.Slug)))
            db.Newsletters.Add(Newsletter.Of(setting, clock.GetUtcNow()));
        var roles = await db.Roles.Select(role => role.Name).ToListAsync(cancel);
        foreach (var role in StaffRoles.All.Except(roles))
            db.Roles.Add(new IdentityRole<int>(role!) { NormalizedName = role!.ToUpperInvariant() });
        try
        {
            if (!roles.Contains(StaffRoles.Admin))
                await GiveAdminAsync(db, cancel);
            await db.SaveChangesAsync(cancel);
        }
        catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
        {
            // Another process that starts just now was first. What is really wrong shows in this second look.
            db.ChangeTracker.Clear();
            var missing = newsletters.Value.Select(setting => setting.Slug).Except(await db.Newsletters.Select(newsletter => newsletter.Slug).ToListAsync(cancel));
            if (missing.Any())
                throw;
        }
    }

    // An earlier version had no admins, and its first ops account did what they do: on that database it becomes the first admin, in the
    // same step that makes the role. Without any such account the link for the first one, or the command line, makes it.
    private async Task GiveAdminAsync(DispatchDb db, CancellationToken cancel)
    {
        var first = await (from given in db.UserRoles join role in db.Roles on given.RoleId equals role.Id where role.Name == StaffRoles.Ops orderby given.UserId select (int?)given.UserId)
            .FirstOrDefaultAsync(cancel);
        if (first is not { } id)
            return;
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        await db.SaveChangesAsync(cancel); // the role has its number from now on
        var admin = await db.Roles.Where(role => role.Name == StaffRoles.Admin).Select(role => role.Id).SingleAsync(cancel);
        db.UserRoles.Add(new IdentityUserRole<int> { UserId = id, RoleId = admin });
        db.Audit.Add(Actor.Worker.Did("staff.roles", AuditTarget.Staff(id), clock.GetUtcNow(), "the first ops account is the first admin"));
        await db.SaveChangesAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    // With another ring no reader would be found, and each who signs up again would be a second one: better not to start.
    private async Task CheckKeysAsync(DispatchDb db, CancellationToken cancel)
    {
        if (!await db.KeyRingMarks.AnyAsync(cancel))
        {
            db.KeyRingMarks.Add(new KeyRingMark { Fingerprint = keys.Fingerprint });
            try
            {
                await db.SaveChangesAsync(cancel);
            }
            catch (DbUpdateException fault) when (!TransientErrors.Is(fault))
            {
                db.ChangeTracker.Clear(); // another process was first: what it wrote is compared below
            }
        }
        if (await db.KeyRingMarks.AnyAsync(mark => mark.Fingerprint != keys.Fingerprint, cancel))
            throw new StartException($"{PrivacySettings.KeyFileKey}: the key file {keys.Path} does not belong to this database ({choice}). Put back the one its readers were sealed with.");
    }
}
