using Dispatch.Worker.Settings;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Dispatch.Worker.Database.Start;

/// <summary>
/// Makes the database ready before anything is served: applies the migrations under a lock, and then runs every
/// <see cref="IDatabaseSeed"/>. Any number of processes may do this at once.
/// </summary>
public sealed class DatabaseStart(
    IDbContextFactory<DispatchDb> databases, DatabaseChoice choice, DataFolder data, IEnumerable<IDatabaseSeed> seeds, TimeProvider clock)
    : IDisposable
{
    private readonly DatabaseOrigin origin = new(choice);
    private FileStream? alone;

    /// <summary>
    /// Keeps any other service off this SQLite file until this object is disposed of. With PostgreSQL, any number of services may run.
    /// </summary>
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
            throw new StartException(
                $"{DataFolder.Key}: another Dispatch is already serving {data.Root}. End it first, name another folder, or set "
                    + $"{DatabaseChoice.Key} to run several.");
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
            db.Database.SetCommandTimeout(0); // no timeout: migrating a large ledger takes long, and other processes wait for the lock
            await MigrateAsync(db, cancel);
            if (origin.WriteFault(db) is { } fault)
                throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) {fault}");
            foreach (var seed in seeds)
                await seed.SeedAsync(db, cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw CantBeUsed(fault);
        }
    }

    /// <summary>Refuses a database on which this version has not started yet.</summary>
    /// <param name="db">A context for the database.</param>
    /// <param name="ifNone">What to say if there is no database.</param>
    public void RequireReady(DispatchDb db, string ifNone)
    {
        try
        {
            if (!db.GetService<IRelationalDatabaseCreator>().Exists())
                throw new StartException($"{DatabaseChoice.Key}: there is no database ({choice}). {ifNone}");
            if (!origin.Check(db))
                throw new StartException($"{DatabaseChoice.Key}: Dispatch {ProductVersion.Text} has not started on the database ({choice}) "
                    + "yet. Use the version that is running.");
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw CantBeUsed(fault);
        }
    }

    /// <summary>Creates the tables as one migration leaves them, and fills them. Everything else is kept away meanwhile.</summary>
    /// <param name="migration">The migration's name, without its instant.</param>
    /// <param name="whose">Says to which version the migration belongs.</param>
    /// <param name="fill">Fills the tables, in one transaction.</param>
    /// <param name="cancel">Cancels the operation.</param>
    /// <exception cref="StartException">This version doesn't know the migration, or the database isn't empty.</exception>
    public async Task FillAsync(string migration, string whose, Func<DispatchDb, Task> fill, CancellationToken cancel)
    {
        data.Create();
        data.Close();
        TakeAlone();
        try
        {
            await using var db = databases.CreateDbContext();
            db.Database.SetCommandTimeout(0);
            var id = db.MigrationIds.SingleOrDefault(id => id.Split('_', 2)[1] == migration) ?? throw new StartException(
                $"{DatabaseChoice.Key}: {whose}, and this is {ProductVersion.Text}, which is older: use that version.");
            await UnderLockAsync(db, async () =>
            {
                origin.Check(db);
                var applied = await db.Database.GetAppliedMigrationsAsync(cancel);
                if (!origin.IsEmpty(db) || applied.Any(other => string.CompareOrdinal(other, id) > 0))
                    throw new StartException(
                        $"{DatabaseChoice.Key}: the database ({choice}) is not empty. Nothing was changed in it. To restore, "
                        + $"{origin.Elsewhere}.");
                await DropLocksAsync(db, cancel);
                await db.GetService<IMigrator>().MigrateAsync(id, cancel);
                await fill(db);
            }, cancel);
        }
        catch (Exception fault) when (TransientErrors.Is(fault))
        {
            throw CantBeUsed(fault);
        }
    }

    private StartException CantBeUsed(Exception fault) =>
        new($"{DatabaseChoice.Key}: the database ({choice}) can't be used: {fault.GetBaseException().Message}", fault);

    private Task MigrateAsync(DispatchDb db, CancellationToken cancel) => UnderLockAsync(db, async () =>
    {
        if (!origin.Check(db))
            await ApplyMigrationsAsync(db, cancel);
    }, cancel);

    // EF releases its lock between migrations, so two processes that start at once could apply the same migration. Hangfire's installer
    // takes no lock. So both run under our own lock.
    private async Task UnderLockAsync(DispatchDb db, Func<Task> migrate, CancellationToken cancel)
    {
        if (choice.IsPostgres)
        {
            await OnPostgresAsync(db, migrate, cancel);
            return;
        }
        await using var held = await HoldAsync(data.PathTo("migrating.lock"), cancel);
        await migrate();
    }

    // EF's own lock for SQLite is a row, which a killed process leaves behind. Our file lock ends with its process.
    private async Task DropLocksAsync(DispatchDb db, CancellationToken cancel)
    {
        if (!choice.IsPostgres)
            await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
    }

    // Called only if something is pending. MigrateAsync first compares whole models, which would take a good part of each start.
    private async Task ApplyMigrationsAsync(DispatchDb db, CancellationToken cancel)
    {
        await DropLocksAsync(db, cancel);
        await db.Database.MigrateAsync(cancel);
        if (await db.Versions.AnyAsync(version => version.Version == ProductVersion.Text, cancel))
            return;
        db.Versions.Add(new DatabaseVersion { Version = ProductVersion.Text, Since = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancel);
    }

    private static async Task OnPostgresAsync(DispatchDb db, Func<Task> migrate, CancellationToken cancel)
    {
        var server = db.GetService<IRelationalDatabaseCreator>();
        if (!await server.ExistsAsync(cancel))
            await server.CreateAsync(cancel);
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await LimitSilenceAsync(db, "'15s'");
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(7201133)", cancel);
            await migrate();
            PostgreSqlObjectsInstaller.Install((NpgsqlConnection)db.Database.GetDbConnection());
        }
        finally
        {
            await UnlockAsync(db);
            await db.Database.CloseConnectionAsync();
        }
    }

    // A process that is suspended, or whose machine loses its power, would otherwise keep the lock for hours.
    // PostgreSQL 14 has the setting.
    private static async Task LimitSilenceAsync(DispatchDb db, string limit)
    {
        if (((NpgsqlConnection)db.Database.GetDbConnection()).PostgreSqlVersion.Major < 14)
            return;
        await using var command = db.Command($"SET idle_session_timeout = {limit}");
        await command.ExecuteNonQueryAsync();
    }

    // The lock must be released here: it belongs to the session, and the pool keeps the session.
    private static async Task UnlockAsync(DispatchDb db)
    {
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock_all()", CancellationToken.None);
            await LimitSilenceAsync(db, "DEFAULT"); // the pool keeps the session
        }
        catch (Exception fault) when (TransientErrors.IsDatabases(fault))
        {
            // The connection is lost, and the lock with it.
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
}
