using Dispatch.Worker.Settings;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
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
            throw new StartException($"{DatabaseChoice.Key}: the database ({choice}) can't be used: {fault.GetBaseException().Message}",
                fault);
        }
    }

    private async Task MigrateAsync(DispatchDb db, CancellationToken cancel)
    {
        if (choice.IsPostgres)
        {
            await PreparePostgresAsync(db, cancel);
            return;
        }
        // EF's own lock for SQLite is a row, which a killed process leaves behind. Our file lock ends with its process, so its holder may
        // drop the table of EF's locks.
        await using var held = await HoldAsync(data.PathTo("migrating.lock"), cancel);
        if (origin.Check(db))
            return;
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
        await ApplyMigrationsAsync(db, cancel);
    }

    // Called only if something is pending. MigrateAsync first compares whole models, which would take a good part of each start.
    private async Task ApplyMigrationsAsync(DispatchDb db, CancellationToken cancel)
    {
        await db.Database.MigrateAsync(cancel);
        if (await db.Versions.AnyAsync(version => version.Version == ProductVersion.Text, cancel))
            return;
        db.Versions.Add(new DatabaseVersion { Version = ProductVersion.Text, Since = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancel);
    }

    // EF releases its lock between migrations, so two processes that start at once could apply the same migration. Hangfire's installer
    // takes no lock. So both run under our own lock.
    private async Task PreparePostgresAsync(DispatchDb db, CancellationToken cancel)
    {
        var server = db.GetService<IRelationalDatabaseCreator>();
        if (!await server.ExistsAsync(cancel))
            await server.CreateAsync(cancel);
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(7201133)", cancel);
            if (!origin.Check(db))
                await ApplyMigrationsAsync(db, cancel);
            PostgreSqlObjectsInstaller.Install((NpgsqlConnection)db.Database.GetDbConnection());
        }
        finally
        {
            await UnlockAsync(db);
            await db.Database.CloseConnectionAsync();
        }
    }

    // The lock must be released here: it belongs to the session, and the pool keeps the session.
    private static async Task UnlockAsync(DispatchDb db)
    {
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_unlock_all()", CancellationToken.None);
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
