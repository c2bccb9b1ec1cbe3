using Dispatch.Worker.Settings;
using Hangfire.PostgreSql;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Dispatch.Worker.Database.Start;

/// <summary>
/// Makes the database ready before anything serves: migrations behind a lock, then what the capabilities need in it (<see
/// cref="IDatabaseSeed"/>). Any number of processes may do this at once.
/// </summary>
public sealed class DatabaseStart(
    IDbContextFactory<DispatchDb> databases, DatabaseChoice choice, DataFolder data, IEnumerable<IDatabaseSeed> seeds, TimeProvider clock)
    : IDisposable
{
    private readonly DatabaseOrigin origin = new(choice);
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
            db.Database.SetCommandTimeout(0); // a large ledger's migration takes time, and others wait for it behind the lock
            await MigrateAsync(db, cancel);
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
        // EF's own lock for SQLite is a row that a killed process leaves behind, and every later start would wait for it. This file lock
        // ends with its process; whoever holds it may clear that row.
        await using var held = await HoldAsync(data.PathTo("migrating.lock"), cancel);
        origin.Check(db);
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
        await ApplyMigrationsAsync(db, cancel);
    }

    // MigrateAsync compares the whole model with the last migration's, even if the history is up to date: a good part of a start.
    private async Task ApplyMigrationsAsync(DispatchDb db, CancellationToken cancel)
    {
        if ((await db.Database.GetPendingMigrationsAsync(cancel)).Any())
            await db.Database.MigrateAsync(cancel);
        if (await db.Versions.AnyAsync(version => version.Version == ProductVersion.Text, cancel))
            return;
        db.Versions.Add(new DatabaseVersion { Version = ProductVersion.Text, Since = clock.GetUtcNow() });
        await db.SaveChangesAsync(cancel);
    }

    // EF locks its history table, but releases it between one migration and the next: of processes that start at once, two would apply the
    // second. Hangfire locks nothing at all. So both run under a lock of ours.
    private async Task PreparePostgresAsync(DispatchDb db, CancellationToken cancel)
    {
        var server = db.GetService<IRelationalDatabaseCreator>();
        if (!await server.ExistsAsync(cancel))
            await server.CreateAsync(cancel);
        await db.Database.OpenConnectionAsync(cancel);
        try
        {
            await db.Database.ExecuteSqlRawAsync("SELECT pg_advisory_lock(7201133)", cancel);
            origin.Check(db);
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
}
